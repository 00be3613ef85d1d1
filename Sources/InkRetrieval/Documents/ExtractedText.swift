/// The text that a loader took out of a file, with what it knows of the text's shape.
///
/// Every offset is a byte of `text` in UTF-8, and lies between two characters. Extraction is a function of the file's
/// bytes alone, so that a citation can be checked by extracting again.
public struct ExtractedText: Sendable, Hashable {
  /// A heading of the document.
  public struct Heading: Sendable, Hashable {
    /// 1 for the highest.
    public var level: Int
    /// The heading as shown, without marks.
    public var title: String
    /// Where the heading's line stands in the text.
    public var range: Range<Int>

    /// A heading.
    public init(level: Int, title: String, range: Range<Int>) {
      self.level = level
      self.title = title
      self.range = range
    }
  }

  /// A stretch that loses its meaning when it is cut.
  public struct Block: Sendable, Hashable {
    /// What the stretch is.
    public enum Kind: String, Sendable, Hashable {
      case code, table, tableRow, list, quote
    }

    /// What the stretch is.
    public var kind: Kind
    /// Where it stands in the text.
    public var range: Range<Int>

    /// A block.
    public init(_ kind: Kind, range: Range<Int>) {
      self.kind = kind
      self.range = range
    }
  }

  /// The text.
  public var text: String
  /// The title that the file gives itself.
  public var title: String?
  /// Where each page begins, the first at 0; empty when the format has no pages. Page numbers count from 1.
  public var pageStarts: [Int]
  /// The headings in order.
  public var headings: [Heading]
  /// The blocks in order of their beginning.
  public var blocks: [Block]
  /// What the file says of itself: author, date, address.
  public var metadata: [String: String]
  /// What could not be read and was left out, in sentences for the person who added the file.
  public var warnings: [String]

  /// A text; what is not known of it may be left out.
  public init(
    _ text: String, title: String? = nil, pageStarts: [Int] = [], headings: [Heading] = [], blocks: [Block] = [],
    metadata: [String: String] = [:], warnings: [String] = []
  ) {
    self.text = text
    self.title = title
    self.pageStarts = pageStarts
    self.headings = headings
    self.blocks = blocks
    self.metadata = metadata
    self.warnings = warnings
  }

  /// The number of pages; nil when the format has none.
  public var pageCount: Int? { pageStarts.isEmpty ? nil : pageStarts.count }

  /// The page that holds a byte, from 1; nil when the format has no pages.
  public func page(at offset: Int) -> Int? {
    guard !pageStarts.isEmpty else { return nil }
    var (low, high) = (0, pageStarts.count)
    while low < high {
      let middle = (low + high) / 2
      if pageStarts[middle] <= offset { low = middle + 1 } else { high = middle }
    }
    return max(low, 1)
  }
}
