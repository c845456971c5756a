// What a flag's value may be: small checks that turn text into a value or say what is allowed.
//
// Each is passed as `transform:` to an option; the parser adds the flag's name and the value.
import ArgumentParser

/// A refused value; the description is the allowed set, as a phrase.
struct Refusal: Error, CustomStringConvertible {
    let description: String

    init(allowed: String) { description = "allowed: \(allowed)" }
}

enum Allowed {
    @Sendable static func positive(_ text: String) throws -> Int {
        try number(text, in: 1...Int.max, allowed: "a whole number from 1 up")
    }

    @Sendable static func natural(_ text: String) throws -> Int {
        try number(text, in: 0...Int.max, allowed: "a whole number from 0 up")
    }

    @Sendable static func percentage(_ text: String) throws -> Int {
        try number(text, in: 0...100, allowed: "a whole number from 0 to 100")
    }

    /// Megabytes, small enough that the bytes still fit a 64-bit number.
    @Sendable static func megabytes(_ text: String) throws -> Int {
        try number(text, in: 1...(Int.max >> 20), allowed: "whole megabytes from 1 up")
    }

    @Sendable static func megabytesOrNone(_ text: String) throws -> Int {
        try number(text, in: 0...(Int.max >> 20), allowed: "whole megabytes from 0 up")
    }

    /// Lists of processors such as `0,2-3`, one list per rank, separated by `/`.
    @Sendable static func binding(_ text: String) throws -> [String] {
        let lists = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let ranges = lists.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
        guard ranges.allSatisfy(isRange) else {
            throw Refusal(allowed: "numbers and ranges such as 0,2-3, ranks separated by /")
        }
        return lists
    }

    @Sendable static func names(_ text: String) throws -> [String] {
        let lists = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard lists.allSatisfy({ !$0.isEmpty }) else {
            throw Refusal(allowed: "names separated by commas, ranks separated by /")
        }
        return lists
    }

    /// Words for another program, split as a shell would.
    @Sendable static func words(_ text: String) throws -> [String] {
        guard let words = shellWords(text) else {
            throw Refusal(allowed: "words as a shell reads them, every quotation mark closed")
        }
        return words
    }

    /// One of a type's names.
    @Sendable static func choice<Value: RawRepresentable & CaseIterable>(
        _ text: String
    ) throws -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: text) else {
            throw Refusal(allowed: Value.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return value
    }

    private static func number(
        _ text: String, in range: ClosedRange<Int>, allowed: String
    ) throws -> Int {
        guard let value = Int(text), range.contains(value) else { throw Refusal(allowed: allowed) }
        return value
    }

    private static func isRange(_ text: Substring) -> Bool {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
        switch ends.count {
        case 1: return ends[0] != nil
        case 2:
            guard let low = ends[0], let high = ends[1] else { return false }
            return low <= high
        default: return false
        }
    }
}
