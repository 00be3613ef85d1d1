/// The pages of a file in order.
struct PDFPageTree {
  /// One page.
  struct Page {
    /// The number of its object; nil when it has none.
    var object: Int?
    var contents: [PDFObject]
    var resources: [String: PDFObject]
  }

  private static let mostPages = 100_000
  private static let deepest = 64

  private(set) var pages: [Page] = []
  /// Whether there are more pages than are read.
  private(set) var isCut = false
  private let file: PDFFile
  private var seen: Set<Int> = []

  init(_ file: PDFFile) {
    self.file = file
    guard let root = file.pagesRoot else { return }
    visit(root, object: nil, resources: [:], depth: 0)
  }

  private mutating func visit(_ node: [String: PDFObject], object: Int?, resources: [String: PDFObject], depth: Int) {
    guard depth < PDFPageTree.deepest, pages.count < PDFPageTree.mostPages else {
      isCut = true
      return
    }
    let resources = file.dictionary(node["Resources"]) ?? resources
    guard let kids = file.array(node["Kids"]) else {
      let contents: [PDFObject] = file.array(node["Contents"]) ?? (node["Contents"].map { [$0] } ?? [])
      pages.append(Page(object: object, contents: contents, resources: resources))
      return
    }
    for kid in kids {
      var number: Int?
      if case .reference(let reference) = kid {
        // A tree that bites its own tail has no end.
        guard seen.insert(reference).inserted else { continue }
        number = reference
      }
      if let node = file.dictionary(kid) { visit(node, object: number, resources: resources, depth: depth + 1) }
    }
  }
}
