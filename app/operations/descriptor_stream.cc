#include "operations/descriptor_stream.h"

#include <unistd.h>

#include <cerrno>
#include <cstddef>

namespace kontor::app {
namespace {

constexpr std::size_t k_buffer_bytes = 64 * 1024;

}  // namespace

DescriptorBuffer::DescriptorBuffer(int fd)
    : fd_(fd), input_(k_buffer_bytes), output_(k_buffer_bytes) {
  setg(input_.data(), input_.data(), input_.data());
  setp(output_.data(), output_.data() + output_.size());
}

DescriptorBuffer::int_type DescriptorBuffer::underflow() {
  ssize_t size = 0;
  do {
    size = ::read(fd_, input_.data(), input_.size());
  } while (size < 0 && errno == EINTR);
  if (size < 0) throw std::ios_base::failure("read");  // the stream catches it and sets badbit
  setg(input_.data(), input_.data(), input_.data() + size);
  return size == 0 ? traits_type::eof() : traits_type::to_int_type(*gptr());
}

bool DescriptorBuffer::write_out() {
  const char* at = pbase();
  while (at < pptr()) {
    const ssize_t size = ::write(fd_, at, static_cast<std::size_t>(pptr() - at));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return false;
    at += size;
  }
  setp(output_.data(), output_.data() + output_.size());
  return true;
}

DescriptorBuffer::int_type DescriptorBuffer::overflow(int_type next) {
  if (!write_out()) return traits_type::eof();
  if (!traits_type::eq_int_type(next, traits_type::eof())) {
    *pptr() = traits_type::to_char_type(next);
    pbump(1);
  }
  return traits_type::not_eof(next);
}

int DescriptorBuffer::sync() { return write_out() ? 0 : -1; }

DescriptorBuffer::pos_type DescriptorBuffer::seekoff(off_type offset, std::ios_base::seekdir from,
                                                     std::ios_base::openmode) {
  if (!write_out()) return {off_type(-1)};
  const bool from_here = from == std::ios_base::cur;
  if (from_here) offset -= egptr() - gptr();  // read ahead, but not yet taken
  const off_t place = ::lseek(
      fd_, offset, from_here ? SEEK_CUR : (from == std::ios_base::beg ? SEEK_SET : SEEK_END));
  setg(input_.data(), input_.data(), input_.data());
  return {off_type(place)};
}

DescriptorBuffer::pos_type DescriptorBuffer::seekpos(pos_type position,
                                                     std::ios_base::openmode which) {
  return seekoff(off_type(position), std::ios_base::beg, which);
}

}  // namespace kontor::app
