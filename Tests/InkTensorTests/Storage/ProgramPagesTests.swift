import Foundation
import InkTensor
import Testing

@Suite("Pages of the program")
struct ProgramPagesTests {
  @Test("only unchanged code of files is given back")
  func code() {
    let table = """
      55c0e0000000-55c0e0400000 r-xp 00000000 fe:00 5384508      /usr/bin/inkstone
      Size:               4096 kB
      Rss:                1024 kB
      Anonymous:             0 kB
      VmFlags: rd ex mr mw me sd
      55c0e0400000-55c0e0500000 r--p 00400000 fe:00 5384508      /usr/bin/inkstone
      Anonymous:             0 kB
      55c0e0500000-55c0e0600000 rw-p 00500000 fe:00 5384508      /usr/bin/inkstone
      Anonymous:             0 kB
      7f0000000000-7f0000100000 r-xp 00000000 fe:00 77           /usr/lib/a library.so
      Anonymous:             4 kB
      7f0000200000-7f0000300000 r-xp 00000000 fe:00 78           /usr/lib/b.so
      Anonymous:             0 kB
      7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0            [vdso]
      Anonymous:             0 kB
      zz-7f r-xp 00000000 fe:00 78 /x
      Anonymous:             0 kB
      7f0000300000-7f0000200000 r-xp 00000000 fe:00 78 /x
      Anonymous:             0 kB
      """
    #expect(
      ProgramPages.code(in: table) == [
        0x55c0_e000_0000..<0x55c0_e040_0000, 0x7f00_0020_0000..<0x7f00_0030_0000,
      ])
    #expect(ProgramPages.code(in: "").isEmpty)
  }

  #if os(Linux)
    @Test("the program goes on, with less of it in memory")
    func goesOn() throws {
      let table = try String(contentsOfFile: "/proc/self/smaps", encoding: .utf8)
      #expect(!ProgramPages.code(in: table).isEmpty)
      ProgramPages.giveBackCode(table)
      let sum = (0..<1000).reduce(0) { (sum: Int, number: Int) -> Int in sum + number * number }
      #expect(sum == 332_833_500)
    }
  #endif
}
