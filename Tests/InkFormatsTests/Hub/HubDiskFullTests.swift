import Foundation
import InkFormats
import Synchronization
import Testing

@Suite("A full disk while pulling")
struct HubDiskFullTests {
  private static let model = ServedModel.single(300_000)

  /// A disk that takes `room` bytes and then answers as the system does when it is full.
  private static func disk(room: Int, free: UInt64?) -> DiskWriter {
    let left = Box(room)
    return DiskWriter(
      write: { descriptor, bytes in
        guard left.take(bytes.count) else { return ENOSPC }
        return DiskWriter.system.write(descriptor, bytes)
      }, freeBytes: { _ in free })
  }

  private final class Box: Sendable {
    private let left: Mutex<Int>
    init(_ room: Int) { left = Mutex(room) }
    func take(_ count: Int) -> Bool {
      left.withLock { left in
        left -= count
        return left >= 0
      }
    }
  }

  @Test("the error names the folder and the room that is missing, and no file is shown", arguments: [0, 100_000])
  func duringWrites(room: Int) async throws {
    try await TestHTTPServer.run(Self.model.answer()) { server in
      let world = try HubWorld(server: server)
      let client = HubClient(
        configuration: world.configuration, clock: world.clock, disk: Self.disk(room: room, free: nil))
      let listing = try await client.list(try Self.model.repository)
      let error = await #expect(throws: HubError.self) { _ = try await client.download(listing.files, of: listing) }
      #expect(error?.code == .diskFull)
      #expect(error?.context.hasPrefix(world.folder) == true)
      #expect(world.visiblePaths.isEmpty)
    }
  }

  @Test("too little room is noticed before the first byte")
  func before() async throws {
    try await TestHTTPServer.run(Self.model.answer()) { server in
      let world = try HubWorld(server: server)
      let client = HubClient(
        configuration: world.configuration, clock: world.clock, disk: Self.disk(room: 0, free: 299_999))
      let listing = try await client.list(try Self.model.repository)
      let error = await #expect(throws: HubError.self) { _ = try await client.download(listing.files, of: listing) }
      #expect(error?.code == .diskFull)
      #expect(error?.expected.contains("300000") == true)
      #expect(error?.found == "299999")
      #expect(server.requests.count == 1)
    }
  }
}
