extension HubConfiguration {
  /// Reads the settings that other tools use from a dictionary of environment variables.
  ///
  /// - `HF_ENDPOINT`: address of the hub or a mirror; default `https://huggingface.co`.
  /// - `HF_HUB_CACHE`, else `HF_HOME` + `/hub`, else `XDG_CACHE_HOME` + `/huggingface/hub`: the Hugging Face cache;
  ///   default `~/.cache/huggingface/hub`.
  /// - `HF_TOKEN`, else `HUGGING_FACE_HUB_TOKEN`, else the file `HF_TOKEN_PATH` or `HF_HOME` + `/token`: the access
  ///   token.
  /// - `HF_HUB_OFFLINE`, `TRANSFORMERS_OFFLINE`, `INKSTONE_OFFLINE`: `1`, `true`, `yes` or `on` switches the network
  ///   off.
  /// - `MODELSCOPE_CACHE`: the ModelScope cache; default `~/.cache/modelscope/hub`.
  /// - `MODELSCOPE_API_TOKEN`, `MODELSCOPE_DOMAIN`: its token and host; default host `www.modelscope.cn`.
  /// - `HTTPS_PROXY`, `ALL_PROXY`, `HTTP_PROXY`, `NO_PROXY` (or in lower case): the proxy and the hosts reached without
  ///   it.
  /// - `SSL_CERT_FILE`: certificate authorities in PEM form.
  /// - `INKSTONE_CACHE`, else `XDG_CACHE_HOME` + `/inkstone`: where built-in models are kept; default
  ///   `~/.cache/inkstone`.
  /// - `INKSTONE_PYTHON`: the Python that runs pip; default `python3`.
  ///
  /// - Throws: `HubError` with code `invalidConfiguration` when a folder follows from `HOME` and that is not set, or
  ///   when an address cannot be read.
  public init(environment: [String: String]) throws(HubError) {
    let settings = EnvironmentSettings(environment)
    let xdgCache = settings["XDG_CACHE_HOME"] ?? settings.home.map { $0 + "/.cache" }
    func folder(_ chosen: String?, _ variable: String) throws(HubError) -> String {
      guard let chosen else {
        throw HubError(
          .invalidConfiguration, context: "cache folder", found: "neither \(variable) nor HOME is set",
          hint: "Set \(variable) to a folder")
      }
      return settings.expanded(chosen).withoutTrailingSlash()
    }

    let huggingFaceHome = settings["HF_HOME"] ?? xdgCache.map { $0 + "/huggingface" }
    let huggingFaceCache = try folder(
      settings["HF_HUB_CACHE"] ?? settings["HUGGINGFACE_HUB_CACHE"] ?? huggingFaceHome.map { $0 + "/hub" },
      "HF_HUB_CACHE")
    let tokenFile = settings["HF_TOKEN_PATH"] ?? huggingFaceHome.map { $0 + "/token" }
    let huggingFaceToken: HubToken =
      if let value = settings["HF_TOKEN"] ?? settings["HUGGING_FACE_HUB_TOKEN"] {
        .value(value)
      } else if let tokenFile { .file(settings.expanded(tokenFile)) } else { .none }

    let domain = settings["MODELSCOPE_DOMAIN"] ?? "www.modelscope.cn"
    self.init(
      huggingFace: Endpoint(
        address: (settings["HF_ENDPOINT"] ?? "https://huggingface.co").withoutTrailingSlash(),
        cache: huggingFaceCache, token: huggingFaceToken),
      modelScope: Endpoint(
        address: (domain.contains("://") ? domain : "https://" + domain).withoutTrailingSlash(),
        cache: try folder(
          settings["MODELSCOPE_CACHE"] ?? settings.home.map { $0 + "/.cache/modelscope/hub" }, "MODELSCOPE_CACHE"),
        token: settings["MODELSCOPE_API_TOKEN"].map { .value($0) } ?? .none),
      inkstoneCache: try folder(settings["INKSTONE_CACHE"] ?? xdgCache.map { $0 + "/inkstone" }, "INKSTONE_CACHE"),
      network: ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "INKSTONE_OFFLINE"].contains { settings.isOn($0) }
        ? .offline : .online,
      packageIndex: PackageIndexConfiguration(
        python: settings["INKSTONE_PYTHON"] ?? "python3", environment: environment))

    if let address = settings["HTTPS_PROXY"] ?? settings["https_proxy"] ?? settings["ALL_PROXY"]
      ?? settings["all_proxy"] ?? settings["HTTP_PROXY"] ?? settings["http_proxy"]
    {
      proxy = try HubProxy(address: address, exceptions: settings["NO_PROXY"] ?? settings["no_proxy"] ?? "")
    }
    certificateFile = settings["SSL_CERT_FILE"].map { settings.expanded($0) }
  }
}

/// A dictionary of environment variables in which an empty value counts as unset.
private struct EnvironmentSettings {
  let values: [String: String]

  init(_ values: [String: String]) { self.values = values }

  subscript(name: String) -> String? {
    guard let value = values[name], !value.isEmpty else { return nil }
    return value
  }

  var home: String? { self["HOME"] }

  func isOn(_ name: String) -> Bool {
    guard let value = self[name] else { return false }
    return ["1", "true", "yes", "on"].contains(value.lowercased())
  }

  func expanded(_ path: String) -> String {
    guard path == "~" || path.hasPrefix("~/"), let home else { return path }
    return home + path.dropFirst()
  }
}

extension String {
  func withoutTrailingSlash() -> String {
    var text = self
    while text.count > 1, text.hasSuffix("/") { text.removeLast() }
    return text
  }

  func trimmingBlanks() -> String {
    let blanks: Set<Character> = [" ", "\t", "\n", "\r", "\r\n"]
    let start = drop { blanks.contains($0) }
    guard let last = start.lastIndex(where: { !blanks.contains($0) }) else { return "" }
    return String(start[...last])
  }
}
