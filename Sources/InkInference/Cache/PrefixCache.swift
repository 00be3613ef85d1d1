import InkChat
import InkNN
import InkTensor

/// Pages of sequences that were computed, kept for those that begin alike.
///
/// A tree whose edges are pages: a node is what a page holds after all pages above it. A page is found by the hash of its
/// tokens (and of the pictures among them) and compared whole, so that no collision can mix up two texts. Pages that only
/// the tree holds are given up when room is needed, those that were used longest ago first and none before what
/// depends on it.
///
/// Not thread-safe: it belongs to one engine.
final class PrefixCache {
  /// What pages depend on beside the tokens before them.
  struct Origin: Hashable {
    /// What all parts of the sequence are computed by.
    let plan: SequencePlan
    /// The name of the adapter that is added to the weights.
    let adapter: AdapterName?
  }

  /// What a page holds.
  struct Content: Hashable {
    /// The position of its first token.
    let start: Int
    let tokens: [Int32]
    /// The pictures that reach into it, in order.
    let pictures: [PromptPicture]

    /// How many leading tokens both have alike, the rows of pictures among them.
    func shared(with other: Content) -> Int {
      let alike = zip(tokens, other.tokens).prefix { $0 == $1 }.count
      for index in 0..<max(pictures.count, other.pictures.count) {
        let pair = [self, other].map { index < $0.pictures.count ? $0.pictures[index] : nil }
        let first = pair.compactMap { $0?.positions.lowerBound }.min() ?? start
        // Samples are compared only where they matter.
        if first - start >= alike { break }
        if pair[0] != pair[1] { return max(first - start, 0) }
      }
      return alike
    }

    /// Whether the other content is this one, or the beginning of it that a page which is not full holds.
    func begins(with other: Content) -> Bool {
      self == other
        || (other.tokens.count < KeyValueLayout.tokensPerPage && shared(with: other) == other.tokens.count)
    }
  }

  final class Node {
    /// Nil for a root.
    fileprivate var page: KeyValuePage?
    fileprivate let content: Content
    fileprivate weak var parent: Node?
    fileprivate var children: [Int32: [Node]] = [:]
    fileprivate var lastUse = 0

    fileprivate init(page: KeyValuePage?, content: Content, parent: Node?) {
      self.page = page
      self.content = content
      self.parent = parent
    }

    fileprivate var hasChildren: Bool { !children.isEmpty }
  }

  /// What of a sequence is there.
  struct Match {
    /// The whole pages and the node of the last.
    var pages: [KeyValuePage] = []
    var node: Node
    /// A page whose first tokens are the next of the sequence, and how many.
    var part: (page: KeyValuePage, tokens: Int)?
  }

  private var roots: [Origin: Node] = [:]
  private var clock = 0
  /// Pages in the tree.
  private(set) var pageCount = 0

  /// The node that the sequences of an origin begin at.
  func root(of origin: Origin) -> Node {
    if let root = roots[origin] { return root }
    let root = Node(page: nil, content: Content(start: 0, tokens: [], pictures: []), parent: nil)
    roots[origin] = root
    return root
  }

  /// What is kept of a sequence behind a node.
  ///
  /// - Parameters:
  ///   - node: where the sequence's own whole pages end.
  ///   - contents: what its next pages are to hold; the last may be shorter than a page.
  ///   - limit: the most tokens to take.
  func match(from node: Node, contents: [Content], limit: Int) -> Match {
    clock += 1
    var match = Match(node: node)
    var left = limit
    for content in contents {
      guard let first = content.tokens.first, let candidates = match.node.children[first] else { break }
      if content.tokens.count == KeyValueLayout.tokensPerPage, left >= content.tokens.count,
        let child = candidates.first(where: { $0.content == content }), let page = child.page
      {
        child.lastUse = clock
        match.pages.append(page)
        match.node = child
        left -= content.tokens.count
        continue
      }
      match.part = part(of: candidates, like: content, limit: left)
      break
    }
    return match
  }

  /// The page that agrees longest with the beginning of a content.
  private func part(of candidates: [Node], like content: Content, limit: Int) -> (page: KeyValuePage, tokens: Int)? {
    var best: (page: KeyValuePage, tokens: Int)?
    for child in candidates {
      let shared = min(child.content.shared(with: content), limit)
      guard shared > best?.tokens ?? 0, let page = child.page else { continue }
      child.lastUse = clock
      best = (page, shared)
    }
    return best
  }

  /// Keeps a page behind a node and returns its node; a page of the same content that is there already stays.
  ///
  /// A page that is not full is not kept beside one that holds the same and more: abandoned answers would fill the cache
  /// with beginnings of one another.
  ///
  /// - Parameter content: of a whole page, or of the last one of a sequence that has ended.
  func insert(_ page: KeyValuePage, _ content: Content, behind node: Node) -> Node {
    guard let first = content.tokens.first else { return node }
    clock += 1
    if let there = node.children[first]?.first(where: { $0.content.begins(with: content) }) {
      there.lastUse = clock
      return there
    }
    for child in node.children[first] ?? [] where content.begins(with: child.content) { remove(child) }
    let child = Node(page: page, content: content, parent: node)
    child.lastUse = clock
    node.children[first, default: []].append(child)
    pageCount += 1
    return child
  }

  /// Gives up pages that nobody else holds.
  ///
  /// - Returns: how many were given up; fewer than asked for when the others are in use.
  @discardableResult
  func giveUp(_ count: Int) -> Int {
    var given = 0
    while given < count {
      let leaves = idleLeaves().sorted { $0.lastUse < $1.lastUse }.prefix(count - given)
      if leaves.isEmpty { break }
      for leaf in leaves { remove(leaf) }
      given += leaves.count
    }
    return given
  }

  private func idleLeaves() -> [Node] {
    var found: [Node] = []
    var open = Array(roots.values)
    while let node = open.popLast() {
      if node.hasChildren {
        for group in node.children.values { open.append(contentsOf: group) }
      } else if node.page != nil, isKnownUniquelyReferenced(&node.page) {
        found.append(node)
      }
    }
    return found
  }

  private func remove(_ node: Node) {
    node.page = nil
    pageCount -= 1
    guard let parent = node.parent, let first = node.content.tokens.first else { return }
    parent.children[first]?.removeAll { $0 === node }
    if parent.children[first]?.isEmpty == true { parent.children[first] = nil }
  }
}
