using Greenery.Sources;

namespace Greenery.Staging.Parsing.Csv;

/// <summary>What separates and encloses the fields of a file.</summary>
/// <param name="Delimiter">Between fields.</param>
/// <param name="Quote">Around fields; -1 when fields are never quoted.</param>
/// <param name="IsTrimmed">Whether spaces and tabs around a field are not part of it.</param>
internal readonly record struct CsvDialect(byte Delimiter, int Quote, bool IsTrimmed)
{
    private static readonly byte[] Delimiters = [(byte)',', (byte)';', (byte)'\t', (byte)'|'];

    /// <summary>Those a file may have: the contract's, or else all usual ones, the comma first.</summary>
    public static IReadOnlyList<CsvDialect> Candidates(CsvOptions options, byte? named) =>
        [.. (options.Delimiter is { } only ? [(byte)only] : named is { } byFile ? [byFile] : Delimiters)
            .Select(delimiter => new CsvDialect(delimiter, options.Quote ?? -1, options.IsTrimmed))];
}
