/// Token ids as a user writes them.
package enum TokenList {
  /// The ids of a list with blanks, commas or brackets, so that what `--json` prints can be given back.
  ///
  /// - Throws: `usage`, naming the first part that is no id.
  package static func ids(_ text: String) throws(CommandError) -> [Int32] {
    let separators: Set<Character> = [" ", ",", "\n", "\r\n", "\t", "[", "]"]
    var ids: [Int32] = []
    for part in text.split(whereSeparator: { separators.contains($0) }) {
      guard let id = Int32(part), id >= 0 else {
        throw CommandError(
          .usage, context: "token ids", expected: "whole numbers from 0 on", found: "\"\(part.prefix(40))\"")
      }
      ids.append(id)
    }
    return ids
  }
}
