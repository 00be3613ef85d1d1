import InkFormats
import Testing

@Suite("Hub settings from an environment")
struct HubConfigurationTests {
  @Test("the defaults follow from HOME")
  func defaults() throws {
    let configuration = try HubConfiguration(environment: ["HOME": "/home/u"])
    #expect(configuration.huggingFace.address == "https://huggingface.co")
    #expect(configuration.huggingFace.cache == "/home/u/.cache/huggingface/hub")
    #expect(configuration.huggingFace.token == .file("/home/u/.cache/huggingface/token"))
    #expect(configuration.modelScope.address == "https://www.modelscope.cn")
    #expect(configuration.modelScope.cache == "/home/u/.cache/modelscope/hub")
    #expect(configuration.inkstoneCache == "/home/u/.cache/inkstone")
    #expect(configuration.network == .online)
    #expect(configuration.proxy == nil)
  }

  @Test("variables win over defaults, and empty ones count as unset")
  func variables() throws {
    let configuration = try HubConfiguration(environment: [
      "HOME": "/home/u", "XDG_CACHE_HOME": "/x", "HF_HOME": "", "HF_ENDPOINT": "https://mirror.example/",
      "HF_TOKEN": "t",
      "HF_HUB_OFFLINE": "1", "MODELSCOPE_CACHE": "~/ms", "MODELSCOPE_API_TOKEN": "m", "INKSTONE_CACHE": "/ink/",
      "SSL_CERT_FILE": "/ca.pem", "INKSTONE_PYTHON": "/opt/python",
    ])
    #expect(configuration.huggingFace.address == "https://mirror.example")
    #expect(configuration.huggingFace.cache == "/x/huggingface/hub")
    #expect(configuration.huggingFace.token == .value("t"))
    #expect(configuration.modelScope.cache == "/home/u/ms")
    #expect(configuration.modelScope.token == .value("m"))
    #expect(configuration.inkstoneCache == "/ink")
    #expect(configuration.network == .offline)
    #expect(configuration.certificateFile == "/ca.pem")
    #expect(configuration.packageIndex.python == "/opt/python")
  }

  @Test("HF_HOME moves cache and token, HF_HUB_CACHE only the cache, HF_TOKEN_PATH only the token")
  func huggingFaceFolders() throws {
    let home = try HubConfiguration(environment: ["HOME": "/h", "HF_HOME": "/f"])
    #expect(home.huggingFace.cache == "/f/hub")
    #expect(home.huggingFace.token == .file("/f/token"))
    let parts = try HubConfiguration(environment: [
      "HOME": "/h", "HF_HOME": "/f", "HF_HUB_CACHE": "/c", "HF_TOKEN_PATH": "/t",
    ])
    #expect(parts.huggingFace.cache == "/c")
    #expect(parts.huggingFace.token == .file("/t"))
  }

  @Test("without HOME the missing variable is named")
  func noHome() {
    let error = #expect(throws: HubError.self) { _ = try HubConfiguration(environment: [:]) }
    #expect(error?.code == .invalidConfiguration)
    #expect(error?.hint.contains("HF_HUB_CACHE") == true)
  }

  @Test("a token does not show in a description")
  func masked() throws {
    let configuration = try HubConfiguration(environment: ["HOME": "/h", "HF_TOKEN": "secret-word"])
    #expect(!"\(configuration.huggingFace)".contains("secret-word"))
    #expect(!String(reflecting: configuration.huggingFace).contains("secret-word"))
  }

  @Test(
    "proxies are read",
    arguments: [
      ("http://proxy:3128", "proxy", 3128), ("proxy:8080", "proxy", 8080),
      ("http://u:p%40x@10.0.0.1:1/", "10.0.0.1", 1),
      ("http://proxy", "proxy", 80),
    ])
  func proxies(address: String, host: String, port: Int) throws {
    let proxy = try HubProxy(address: address, exceptions: "")
    #expect(proxy.host == host)
    #expect(proxy.port == port)
  }

  @Test(
    "what is no proxy is refused", arguments: ["socks5://x:1", "http://:80", "http://x:port", "http://x:70000", ""])
  func badProxies(address: String) {
    #expect(throws: HubError.self) { _ = try HubProxy(address: address, exceptions: "") }
  }

  @Test("NO_PROXY names hosts and what is below them")
  func exceptions() throws {
    let proxy = try HubProxy(address: "p:1", exceptions: "localhost, .example.com,*.other.org")
    #expect(proxy.bypasses("localhost") && proxy.bypasses("a.example.com") && proxy.bypasses("EXAMPLE.com"))
    #expect(proxy.bypasses("x.other.org"))
    #expect(!proxy.bypasses("notexample.com") && !proxy.bypasses("huggingface.co"))
    #expect(try HubProxy(address: "p:1", exceptions: "*").bypasses("anything"))
  }
}
