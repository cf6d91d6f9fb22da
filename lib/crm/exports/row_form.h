// What a table's rows become in a file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kontor::crm {

// What a spreadsheet may take a cell for. All cells come as text: numbers as decimals with a point,
// dates YYYY-MM-DD, instants RFC 3339 in UTC; empty ones are empty.
enum class CellKind { text, number, date, instant };

struct TableColumn {
  std::string name;
  CellKind kind = CellKind::text;
};

class RowForm {
 public:
  virtual ~RowForm() = default;
  // Begins a table: appends what stands before its rows. `columns` are copied.
  virtual void begin(std::string& out, std::string_view table,
                     const std::vector<TableColumn>& columns) = 0;
  // `cells`: as many as there are columns.
  virtual void row(std::string& out, const std::vector<std::string>& cells) = 0;
};

}  // namespace kontor::crm
