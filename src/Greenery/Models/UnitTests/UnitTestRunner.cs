using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.UnitTests;

/// <summary>
/// Evaluates models over the rows of their unit tests. All is done in temporary tables, which PostgreSQL keeps in a
/// schema of the connection's own, in a transaction that is rolled back: nothing of the database is read or changed,
/// and nothing is left however the process ends.
/// </summary>
public sealed class UnitTestRunner(PostgresWarehouse warehouse, ModelCatalogue catalogue)
{
    private const string Found = "_found";
    private const string DeletedColumn = Planning.ModelSql.DeletedColumn;

    /// <summary>One result a test, in their order.</summary>
    /// <param name="tests">Tests of the catalogue, which was validated.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    /// <exception cref="ConfigurationException">A test does not fit its model.</exception>
    public async Task<IReadOnlyList<UnitTestResult>> RunAsync(
        IReadOnlyList<UnitTest> tests, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await EmptyTables.CreateSourcesAsync(connection, catalogue, cancellationToken);
        // Times without an offset are UTC, as in drops, and a test gives the same on every server.
        await connection.ExecuteAsync(
            "set local time zone 'UTC'; set local datestyle to 'ISO, YMD'; set local intervalstyle to 'postgres'; "
                + string.Join(";\n", catalogue.Models.Select(EmptyTables.CreateView)), null, cancellationToken);
        var results = new List<UnitTestResult>();
        foreach (var test in tests)
        {
            results.Add(await Savepoint.UndoAsync(
                connection, () => RunAsync(connection, test, cancellationToken), cancellationToken));
        }
        await transaction.RollbackAsync(cancellationToken);
        return results;
    }

    private async Task<UnitTestResult> RunAsync(
        NpgsqlConnection connection, UnitTest test, CancellationToken cancellationToken)
    {
        var diagnostics = new List<Diagnostic>();
        var named = await new UnitTestTables(connection, catalogue)
            .CreateAsync(test, diagnostics, cancellationToken);
        if (diagnostics.Count > 0)
        {
            throw new ConfigurationException(diagnostics);
        }
        var build = $"create temp table {Found} as {test.Sql}";
        if (await Savepoint.TryAsync(connection, build, cancellationToken) is { } refused)
        {
            return new UnitTestResult(test, PostgresMessage.Describe(refused), null);
        }
        var columns = (await TestTableColumn.ReadAsync(connection, Found, cancellationToken))
            .ConvertAll(column => column.Name);
        // A row that an incremental model takes away is none that readers see.
        if (columns.Contains(DeletedColumn) && !named.Contains(DeletedColumn))
        {
            await connection.ExecuteAsync(
                $"delete from pg_temp.{Found} where {DeletedColumn}", null, cancellationToken);
        }
        var compared = named.Count > 0 ? named : columns;
        return new UnitTestResult(test, null, await new RowComparison(connection, test.Model)
            .CompareAsync(UnitTestTables.Expected, Found, compared, cancellationToken));
    }
}
