// Streams over descriptors that were handed in: the file's name may be closed to this process.
#pragma once

#include <istream>
#include <ostream>
#include <streambuf>
#include <vector>

namespace kontor::app {

// For one thread; the descriptor must outlive it. Errors of the system set the stream's badbit.
class DescriptorBuffer final : public std::streambuf {
 public:
  explicit DescriptorBuffer(int fd);

 protected:
  int_type underflow() override;
  int_type overflow(int_type next) override;
  int sync() override;
  // Where the descriptor can seek: files, not pipes.
  pos_type seekoff(off_type offset, std::ios_base::seekdir from,
                   std::ios_base::openmode which) override;
  pos_type seekpos(pos_type position, std::ios_base::openmode which) override;

 private:
  bool write_out();

  int fd_;
  std::vector<char> input_, output_;
};

class DescriptorInput final : public std::istream {
 public:
  explicit DescriptorInput(int fd) : std::istream(nullptr), buffer_(fd) { rdbuf(&buffer_); }

 private:
  DescriptorBuffer buffer_;
};

// Flush it and look at its state before it ends: its end flushes, too, but cannot tell.
class DescriptorOutput final : public std::ostream {
 public:
  explicit DescriptorOutput(int fd) : std::ostream(nullptr), buffer_(fd) { rdbuf(&buffer_); }
  DescriptorOutput(const DescriptorOutput&) = delete;
  DescriptorOutput& operator=(const DescriptorOutput&) = delete;
  ~DescriptorOutput() override { flush(); }

 private:
  DescriptorBuffer buffer_;
};

}  // namespace kontor::app
