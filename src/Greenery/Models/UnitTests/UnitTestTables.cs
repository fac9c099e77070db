using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.UnitTests;

/// <summary>
/// The tables of one unit test: those that its model reads, with the rows that are given, and one with the rows that
/// are expected. All are temporary.
/// </summary>
/// <param name="connection">In a transaction, with <see cref="EmptyTables"/> of the project.</param>
/// <param name="catalogue">Says which columns are personal.</param>
internal sealed class UnitTestTables(NpgsqlConnection connection, ModelCatalogue catalogue)
{
    /// <summary>The table of the rows that are expected.</summary>
    public const string Expected = "_expected";

    // Rows that a test gives are new to a model that asks for rows after :since.
    private static readonly Dictionary<string, string> NewRows = new() { ["_load_seq"] = "1" };
    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>Finds what does not fit: columns that are not there, and values of another type.</summary>
    public Task VerifyAsync(
        UnitTest test, ICollection<Diagnostic> diagnostics, CancellationToken cancellationToken) =>
        Savepoint.UndoAsync(
            connection, () => CreateAsync(test, diagnostics, cancellationToken), cancellationToken);

    /// <summary>Makes the tables; they hide those of the project until the caller's savepoint.</summary>
    /// <returns>The columns that the test expects something of.</returns>
    public async Task<IReadOnlyList<string>> CreateAsync(
        UnitTest test, ICollection<Diagnostic> diagnostics, CancellationToken cancellationToken)
    {
        var returned = await TestTableColumn.ReadAsync(connection, test.Model.Name, cancellationToken);
        foreach (var name in ModelInputs.ReadNames(test.Model))
        {
            var given = test.Given.FirstOrDefault(input => input.Name == name);
            await CreateInputAsync(name, given, diagnostics, cancellationToken);
        }
        var columns = returned.Select(column => $"{SqlText.Name(column.Name)} {column.Type}");
        await connection.ExecuteAsync(
            $"create temp table {Expected} ({string.Join(", ", columns)})", null, cancellationToken);
        // Digits are those of the value that is expected: rounded it could be equal to another one.
        var free = returned.ConvertAll(column => column with { FullType = column.Type });
        return await new TestRowsTable(connection, Expected, free, test.Model.Name, Personal(test.Model.Name))
            .FillAsync(test.Expected, Nothing, diagnostics, cancellationToken);
    }

    private async Task CreateInputAsync(
        string name, TestInput? given, ICollection<Diagnostic> diagnostics, CancellationToken cancellationToken)
    {
        var (table, empty) = (SqlText.Name(name), SqlText.Name($"_{name}"));
        // A model may return rows also where what it reads is empty: as an input it has those of the test only.
        await connection.ExecuteAsync(
            $"alter table pg_temp.{table} rename to {empty}; "
                + $"create temp table {table} as select * from pg_temp.{empty} limit 0", null, cancellationToken);
        if (given is null)
        {
            return;
        }
        var columns = await TestTableColumn.ReadAsync(connection, name, cancellationToken);
        var added = columns.Exists(column => column.Name == "_load_seq") ? NewRows : Nothing;
        await new TestRowsTable(connection, name, columns, name, Personal(name))
            .FillAsync(given.Rows, added, diagnostics, cancellationToken);
    }

    private IReadOnlyCollection<string> Personal(string name) => catalogue.Find(name) is { } model
        ? [.. model.Columns.Where(column => column.IsPersonal).Select(column => column.Name)]
        : [.. catalogue.Sources.Where(source => source.IsReadAs(name)).SelectMany(source => source.Columns)
            .Where(column => column.IsPersonal).Select(column => column.Name)];
}
