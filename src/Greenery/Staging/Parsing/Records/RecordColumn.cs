using System.Text.Json;
using Greenery.Sources;
using Greenery.Staging.Parsing.Csv;

namespace Greenery.Staging.Parsing.Records;

/// <summary>A column of a file whose columns have names.</summary>
/// <param name="Name">As the contract calls it in drops; as the file does where the contract does not know it.</param>
/// <param name="Key">The name as a key of the rows' objects.</param>
/// <param name="Column">In the contract; null when it does not know the column.</param>
/// <param name="IsNameless">Whether the file gives it no name.</param>
/// <param name="IsPersonal">Whether the table has personal columns: an unknown name may be a person's.</param>
internal sealed record RecordColumn(
    string Name, JsonEncodedText Key, SourceColumn? Column, bool IsNameless, bool IsPersonal)
{
    public ColumnKind? Kind => Column?.Type.Kind;

    /// <summary>Matches a file's names with the contract, by the rules of CSV headers.</summary>
    /// <param name="table">The contract.</param>
    /// <param name="found">The file's names, in order.</param>
    /// <param name="advice">What may be the reason where columns are missing; empty for none.</param>
    /// <exception cref="RefusedDropException">A name twice, or a column missing.</exception>
    public static RecordColumn[] Match(SourceTable table, IReadOnlyList<string> found, string advice)
    {
        var header = CsvHeader.Match(table, found, new CsvDialect((byte)',', -1, IsTrimmed: false), advice);
        return [.. header.Fields.Select((writer, at) => Create(
            writer?.SourceName ?? header.Names[at],
            writer is null ? null : table.Columns.First(column => column.Name == writer.Name),
            header.IsNameless(at), table.HasPersonalColumns))];
    }

    private static RecordColumn Create(string name, SourceColumn? column, bool isNameless, bool isPersonal) =>
        new(name, JsonEncodedText.Encode(name), column, isNameless, isPersonal);

    /// <summary>What is wrong with its value.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="found">In our own words: no text of the file, which may be personal.</param>
    /// <param name="expected">What was expected.</param>
    public RowFault Fault(RowRule rule, string found, string expected) =>
        new(rule, Column?.Name ?? (IsPersonal ? StagingTable.Extra : Name), FoundText.Words(found), expected);
}
