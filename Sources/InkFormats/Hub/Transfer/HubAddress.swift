#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// An http or https address taken apart as far as we decide by it.
package struct HubAddress: Sendable, Hashable, CustomStringConvertible {
  /// Scheme, host and port: the border a token must not cross.
  package struct Origin: Sendable, Hashable {
    let scheme: String
    package let host: String
    let port: Int
  }

  private let url: URL
  package let origin: Origin

  /// Reads an absolute address.
  package init(_ text: String) throws(HubError) {
    guard let url = URL(string: text) else { throw HubAddress.unreadable(text) }
    try self.init(url, text: text)
  }

  private init(_ url: URL, text: String) throws(HubError) {
    guard let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https", let host = url.host,
      !host.isEmpty
    else { throw HubAddress.unreadable(text) }
    self.url = url
    origin = Origin(scheme: scheme, host: host.lowercased(), port: url.port ?? (scheme == "https" ? 443 : 80))
  }

  /// The address a `Location` header names, relative to this one.
  package func following(location: String) throws(HubError) -> HubAddress {
    guard let target = URL(string: location, relativeTo: url) else { throw HubAddress.unreadable(location) }
    let absolute = target.absoluteURL
    let address = try HubAddress(absolute, text: location)
    guard origin.scheme == "http" || address.origin.scheme == "https" else {
      throw HubError(
        .redirect, context: description, expected: "a redirect that stays on https", found: address.description,
        hint: "Do not trust this network; try another")
    }
    return address
  }

  /// The whole address.
  package var text: String { url.absoluteString }

  /// The address without its query, which may hold a signature.
  package var description: String {
    let text = url.absoluteString
    return String(text.prefix { $0 != "?" && $0 != "#" })
  }

  private static func unreadable(_ text: String) -> HubError {
    HubError(
      .invalidReference, context: "address \(HubPath.quoted(text))", expected: "http://… or https://…",
      hint: "Check HF_ENDPOINT or MODELSCOPE_DOMAIN")
  }
}
