package import ArgumentParser
import InkAdapters
import InkChains
import InkChat
import InkEvaluation
import InkFormats
import InkModels
import InkRetrieval
import InkTensor
import InkTokenizers
import InkTraining

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The exit statuses of the command, and the one place where errors are turned into them.
package enum ExitStatus: Int32, Sendable, CaseIterable {
  case success = 0
  case failure = 1
  /// The arguments cannot be used.
  case usage = 2
  /// A model or a file is not there.
  case notFound = 3
  /// A check or a threshold failed.
  case checkFailed = 4
  /// No memory or no disk space left.
  case outOfResources = 5
  /// A hub or another service cannot be reached.
  case unavailable = 69
  /// Stopped; the same command goes on where it was.
  case resumable = 75
  /// Ctrl-C.
  case interrupted = 130
  /// A request to end.
  case terminated = 143

  /// The status of anything a subcommand throws.
  ///
  /// - Parameter parser: the command whose arguments were parsed, which knows the parser's own errors.
  package init(_ error: any Error, parser: any ParsableCommand.Type) {
    self =
      switch error {
      case let error as CommandFailureReported: error.status
      case let error as CommandError: ExitStatus(error.code)
      case let error as HubError: ExitStatus(error.code)
      case let error as FormatError: ExitStatus(error.code)
      case let error as ModelLoadError: ExitStatus(error.code)
      case let error as TensorError: ExitStatus(error.code)
      case let error as GenerationError: ExitStatus(error.code)
      case let error as EvaluationError: ExitStatus(error.code)
      case let error as AdapterError: ExitStatus(error.code)
      case let error as TrainingError: ExitStatus(error.code)
      case let error as RetrievalError: ExitStatus(error.code)
      case let error as ChainError: ExitStatus(error.code)
      case is TokenizerError, is TemplateError: .failure
      case is UnknownSubcommand: .usage
      case is CancellationError: .interrupted
      default: ExitStatus(parser: parser.exitCode(for: error).rawValue)
      }
  }

  /// Ends the process with this status.
  package func endProcess() -> Never { exit(rawValue) }

  /// The parser ends with 0 for a help page and with `EX_USAGE` for arguments it cannot use.
  private init(parser code: Int32) {
    switch code {
    case 0: self = .success
    case 64: self = .usage
    default: self = ExitStatus(rawValue: code) ?? .failure
    }
  }

  private init(_ code: CommandError.Code) {
    self =
      switch code {
      case .usage: .usage
      case .cannotRead, .notFound: .notFound
      case .cannotWrite, .invalidData: .failure
      case .diskFull: .outOfResources
      case .checkFailed: .checkFailed
      case .interrupted: .interrupted
      case .terminated: .terminated
      }
  }

  private init(_ code: HubError.Code) {
    self =
      switch code {
      case .invalidReference, .invalidConfiguration: .usage
      case .notFound, .unknownModel, .noMatchingFile, .offline: .notFound
      case .hashMismatch, .sizeMismatch, .archive: .checkFailed
      case .diskFull: .outOfResources
      case .rateLimited, .serverFailure, .network, .stalled, .redirect, .badResponse, .packageIndex: .unavailable
      case .locked: .resumable
      case .cancelled: .interrupted
      case .unauthorized, .forbidden, .unsafePath, .fileSystem: .failure
      }
  }

  private init(_ code: FormatError.Code) {
    self =
      switch code {
      case .cannotOpen, .missing: .notFound
      case .diskFull: .outOfResources
      case .cannotWrite, .truncated, .malformed, .unsupported, .outOfRange, .overlap, .duplicate, .typeMismatch,
        .shapeMismatch:
        .failure
      }
  }

  private init(_ code: ModelLoadError.Code) {
    self =
      switch code {
      case .diskFull: .outOfResources
      case .unknownFamily, .unsupported, .invalidConfiguration, .missingTensor, .unusedTensor, .shapeMismatch, .file:
        .failure
      }
  }

  private init(_ code: AdapterError.Code) {
    self =
      switch code {
      case .file: .notFound
      case .diskFull: .outOfResources
      case .mismatch, .nothingChanged: .checkFailed
      case .invalidConfiguration, .unsupported, .missingTensor, .unusedTensor, .shapeMismatch: .failure
      }
  }

  private init(_ code: TrainingError.Code) {
    self =
      switch code {
      case .file: .notFound
      case .diskFull: .outOfResources
      case .unknownKey, .invalidValue, .unsupported, .data, .mismatch, .divergence, .communication: .failure
      }
  }

  private init(_ code: TensorError.Code) {
    self =
      switch code {
      case .outOfMemory, .diskFull: .outOfResources
      case .cannotOpen: .notFound
      case .communication: .unavailable
      case .cannotMap, .outOfRange, .shapeMismatch, .unsupported: .failure
      }
  }

  private init(_ code: GenerationError.Code) {
    // A struct rather than an enum, so that more codes can come: those not named here are plain failures.
    if code == .invalidOption {
      self = .usage
    } else if code == .cancelled {
      self = .interrupted
    } else if code == .budget {
      // A limit that was asked for held.
      self = .checkFailed
    } else if [.unavailable, .overloaded, .timedOut].contains(code) {
      self = .unavailable
    } else {
      self = .failure
    }
  }

  private init(_ code: RetrievalError.Code) {
    self =
      switch code {
      case .invalidSetting, .unsupported: .usage
      case .notFound: .notFound
      case .changed: .checkFailed
      // A limit that was asked for held.
      case .budget: .checkFailed
      case .cancelled: .interrupted
      case .unreachable: .unavailable
      case .diskFull: .outOfResources
      case .file, .invalidDocument, .tooLarge, .alreadyExists, .store, .model: .failure
      }
  }

  private init(_ code: ChainError.Code) {
    self =
      switch code {
      case .invalidSetting, .unsupported: .usage
      // A limit that was asked for held.
      case .budget: .checkFailed
      case .unavailable: .unavailable
      case .cancelled: .interrupted
      case .invalidInput, .unparsable, .model, .tool, .retrieval, .refused, .store: .failure
      }
  }

  private init(_ code: EvaluationError.Code) {
    self =
      switch code {
      case .invalidSetting: .usage
      case .invalidData, .invalidAnswer: .failure
      case .model(let error): ExitStatus(error.code)
      }
  }
}
