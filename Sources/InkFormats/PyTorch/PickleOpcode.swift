/// The opcodes of pickle that data is written with in protocols 2 to 5 (Python's `pickletools`); those that only make
/// objects of arbitrary classes, and those of the text protocols 0 and 1, are not among them.
enum PickleOpcode: UInt8, Sendable {
  case mark = 0x28  // (
  case stop = 0x2e  // .
  case pop = 0x30  // 0
  case popMark = 0x31  // 1
  case duplicate = 0x32  // 2
  case binFloat = 0x47  // G
  case binInt = 0x4a  // J
  case binInt1 = 0x4b  // K
  case binInt2 = 0x4d  // M
  case none = 0x4e  // N
  case persistentId = 0x51  // Q
  case reduce = 0x52  // R
  case binString = 0x54  // T
  case shortBinString = 0x55  // U
  case binUnicode = 0x58  // X
  case append = 0x61  // a
  case build = 0x62  // b
  case global = 0x63  // c
  case dictionary = 0x64  // d
  case emptyDictionary = 0x7d  // }
  case appends = 0x65  // e
  case binGet = 0x68  // h
  case longBinGet = 0x6a  // j
  case list = 0x6c  // l
  case emptyList = 0x5d  // ]
  case binPut = 0x71  // q
  case longBinPut = 0x72  // r
  case setItem = 0x73  // s
  case tuple = 0x74  // t
  case emptyTuple = 0x29  // )
  case setItems = 0x75  // u
  case binBytes = 0x42  // B
  case shortBinBytes = 0x43  // C
  case `protocol` = 0x80
  case newObject = 0x81
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case newTrue = 0x88
  case newFalse = 0x89
  case long1 = 0x8a
  case long4 = 0x8b
  case shortBinUnicode = 0x8c
  case binUnicode8 = 0x8d
  case binBytes8 = 0x8e
  case emptySet = 0x8f
  case addItems = 0x90
  case frozenSet = 0x91
  case stackGlobal = 0x93
  case memoize = 0x94
  case frame = 0x95
  case byteArray8 = 0x96

  /// The names of opcodes that are refused, for messages.
  static func refusedName(_ byte: UInt8) -> String {
    switch byte {
    case 0x69: "INST, which makes an object of any class"
    case 0x6f: "OBJ, which makes an object of any class"
    case 0x92: "NEWOBJ_EX, which makes an object of any class"
    case 0x82, 0x83, 0x84: "EXT, a class by a registered number"
    case 0x50: "PERSID, a persistent id as text"
    case 0x97, 0x98: "an out-of-band buffer"
    case 0x46, 0x49, 0x4c, 0x53, 0x56, 0x67, 0x70: "an opcode of the text protocol 0"
    default: "the byte 0x\(String(byte, radix: 16)), which is no opcode"
    }
  }
}
