/// What the elements of HTML are to a reader.
enum HTMLVocabulary {
  /// Elements without content.
  static let void: Set<String> = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
  ]

  /// Elements that stand as paragraphs.
  static let paragraphs: Set<String> = [
    "p", "section", "article", "main", "header", "figure", "hr", "dl", "details", "fieldset", "body", "address", "div",
  ]

  /// Elements that stand on lines of their own.
  static let lines: Set<String> = ["dt", "dd", "li", "figcaption", "caption", "summary", "option", "legend", "center"]

  /// Keys of `meta` and what they are called here.
  static let metadata: [String: String] = [
    "author": "author", "article:author": "author", "dc.creator": "author", "description": "description",
    "og:description": "description", "keywords": "keywords", "date": "date", "dc.date": "date",
    "article:published_time": "date", "og:site_name": "site", "generator": "generator",
  ]

  /// Never shown.
  private static let hidden: Set<String> = [
    "script", "style", "noscript", "template", "iframe", "object", "svg", "canvas", "audio", "video", "textarea",
    "select",
    "button", "noembed", "noframes", "map",
  ]

  /// Shown on every page of a site, and not what the page is about.
  private static let furniture: Set<String> = ["nav", "footer", "aside", "dialog"]
  private static let furnitureRoles: Set<String> = ["navigation", "search", "contentinfo", "dialog", "menu", "menubar"]
  private static let furnitureClasses: Set<String> = [
    "navheader", "navfooter", "navbar", "nav", "navigation", "breadcrumb", "breadcrumbs", "sidebar", "sphinxsidebar",
    "toc", "toctree-wrapper", "headerlink", "skip-link", "cookie-banner", "noprint", "mw-editsection", "site-footer",
  ]

  /// Whether an element is left out with all that is in it.
  static func isLeftOut(_ tag: HTMLTokenizer.Tag, _ selection: HTMLReader.Selection) -> Bool {
    if hidden.contains(tag.name) { return true }
    switch selection {
    case .everything: return false
    case .content: break
    }
    if furniture.contains(tag.name) { return true }
    if tag.name == "html" || tag.name == "body" || tag.name == "main" || tag.attributes.isEmpty { return false }
    if tag.attributes["hidden"] != nil || tag.attributes["aria-hidden"]?.lowercased() == "true" { return true }
    if let role = tag.attributes["role"], furnitureRoles.contains(role.lowercased()) { return true }
    if let style = tag.attributes["style"]?.lowercased().filter({ !$0.isWhitespace }), style.contains("display:none") {
      return true
    }
    guard let classes = tag.attributes["class"] else { return false }
    return classes.split(whereSeparator: \.isWhitespace).contains { furnitureClasses.contains($0.lowercased()) }
  }
}
