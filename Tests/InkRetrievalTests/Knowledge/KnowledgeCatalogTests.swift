import Foundation
import InkRetrieval
import Testing

@Suite("A catalog of knowledge bases")
struct KnowledgeCatalogTests {
  private let folder: TemporaryFolder
  private let catalog: KnowledgeCatalog

  init() throws {
    folder = try TemporaryFolder()
    catalog = KnowledgeCatalog(folder: folder.path + "/deep/knowledge")
  }

  @Test("bases are made, listed, opened and deleted by name")
  func bases() async throws {
    #expect(try catalog.names() == [])
    for name in ["notes", "手册-2"] {
      try await catalog.create(KnowledgeName(name), settings: SampleDocument.settings).close()
    }
    #expect(try catalog.names().map(\.description) == ["notes", "手册-2"])
    let store = try await catalog.open(KnowledgeName("手册-2"))
    try await SampleDocument(name: "a", text: "one").put(in: store)
    await #expect {
      try await catalog.create(KnowledgeName("notes"), settings: SampleDocument.settings)
    } throws: { error in
      (error as? RetrievalError)?.code == .alreadyExists
    }
    try await catalog.delete(KnowledgeName("手册-2"))
    #expect(try catalog.names().map(\.description) == ["notes"])
    await #expect { try await catalog.open(KnowledgeName("手册-2")) } throws: { error in
      (error as? RetrievalError)?.code == .notFound
    }
    // Whoever has the deleted base open is not told that a change is kept.
    await #expect { try await SampleDocument(name: "b", text: "two").put(in: store) } throws: { error in
      (error as? RetrievalError)?.code == .notFound
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: catalog.folder) == ["notes"])
  }

  @Test(
    "names that could lead out of the folder, hide or be mistaken are refused",
    arguments: [
      "", ".", "..", "../x", "a/b", "a\\b", ".hidden", "-option", "a b", "a\0b", "é", "a\n", "😀",
      String(repeating: "a", count: 129),
    ])
  func names(_ name: String) {
    #expect { try KnowledgeName(name) } throws: { error in (error as? RetrievalError)?.code == .invalidSetting }
  }

  @Test("the folder follows from the environment")
  func defaults() throws {
    #expect(try KnowledgeCatalog.defaultFolder(environment: ["INKSTONE_HOME": "/i", "HOME": "/h"]) == "/i/knowledge")
    #expect(
      try KnowledgeCatalog.defaultFolder(environment: ["XDG_DATA_HOME": "/x", "HOME": "/h"])
        == "/x/inkstone/knowledge")
    #expect(
      try KnowledgeCatalog.defaultFolder(environment: ["INKSTONE_HOME": "", "HOME": "/h"])
        == "/h/.local/share/inkstone/knowledge")
    #expect { try KnowledgeCatalog.defaultFolder(environment: [:]) } throws: { error in
      (error as? RetrievalError)?.code == .invalidSetting
    }
  }
}
