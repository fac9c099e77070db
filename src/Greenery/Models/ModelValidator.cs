using Greenery.Models.Planning;
using Greenery.Models.UnitTests;
using Greenery.Sources;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models;

/// <summary>
/// Has PostgreSQL analyse every model against empty temporary tables made from the contract, in a transaction that is
/// rolled back: a syntax error or a misspelt column is found, with file and line, before anything is touched.
/// </summary>
public sealed class ModelValidator(PostgresWarehouse warehouse)
{
    private static readonly string[] ReservedColumns = [.. ReservedWords.SystemColumns, "_run_id", "_removed_by"];

    /// <summary>Adds what PostgreSQL refuses to <paramref name="diagnostics"/>.</summary>
    /// <param name="catalogue">Models and source tables.</param>
    /// <param name="queries">Further queries on the models that have to be valid: place, and SQL.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    public async Task ValidateAsync(
        ModelCatalogue catalogue,
        IEnumerable<(string Place, string Sql)> queries,
        ICollection<Diagnostic> diagnostics,
        CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await EmptyTables.CreateSourcesAsync(connection, catalogue, cancellationToken);
        var inputs = new ModelInputValidator(
            connection, catalogue, await VolatileSql.ReadAsync(
                connection, catalogue.Marts, catalogue.Models.Where(model => model.IsByKey).Select(model => model.Sql),
                cancellationToken));
        var refused = new HashSet<string>(StringComparer.Ordinal);
        foreach (var model in catalogue.Models.Where(model =>
            !model.Models.Any(refused.Contains) || !refused.Add(model.Name)))
        {
            if (await ExplainAsync(connection, model, cancellationToken) is { } diagnostic)
            {
                refused.Add(model.Name);
                diagnostics.Add(diagnostic);
                continue;
            }
            var columns = await VerifyColumnsAsync(connection, model, diagnostics, cancellationToken);
            if (model.HasContract)
            {
                await new ContractValidator(connection).VerifyAsync(model, diagnostics, cancellationToken);
            }
            await inputs.VerifyAsync(model, columns, diagnostics, cancellationToken);
        }
        foreach (var test in catalogue.UnitTests.Where(test => !refused.Contains(test.Model.Name)))
        {
            await new UnitTestTables(connection, catalogue).VerifyAsync(test, diagnostics, cancellationToken);
        }
        if (refused.Count == 0)
        {
            await ValidateQueriesAsync(connection, queries, diagnostics, cancellationToken);
        }
        await transaction.RollbackAsync(cancellationToken);
    }

    private static Task<Diagnostic?> ExplainAsync(
        NpgsqlConnection connection, Model model, CancellationToken cancellationToken)
    {
        var create = EmptyTables.CreateView(model);
        return TryAsync(
            connection, create,
            exception => exception.Position == 0 ? $"{model.File}:1" : Place(model, create, exception),
            cancellationToken);
    }

    /// <summary>The line of a model's file that PostgreSQL refuses: <c>sql/core/dim_users.sql:3</c>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="statement">Has its select, with <c>:since</c> as 0, in it.</param>
    /// <param name="exception">The refusal of the statement.</param>
    internal static string Place(Model model, string statement, PostgresException exception)
    {
        var select = model.SqlSince(0);
        // PostgreSQL counts characters, from 1; a C# string counts some of them twice.
        var before = statement[..statement.IndexOf(select, StringComparison.Ordinal)].EnumerateRunes().Count();
        return exception.Position <= before ? model.File
            : $"{model.File}:{1 + select.EnumerateRunes().Take(exception.Position - before - 1)
                .Count(rune => rune.Value == '\n')}";
    }

    private static async Task ValidateQueriesAsync(
        NpgsqlConnection connection,
        IEnumerable<(string Place, string Sql)> queries,
        ICollection<Diagnostic> diagnostics,
        CancellationToken cancellationToken)
    {
        foreach (var (place, sql) in queries)
        {
            if (await TryAsync(connection, $"explain {sql}", _ => place, cancellationToken) is { } diagnostic)
            {
                diagnostics.Add(diagnostic);
            }
        }
    }

    private static async Task<Diagnostic?> TryAsync(
        NpgsqlConnection connection,
        string sql,
        Func<PostgresException, string> place,
        CancellationToken cancellationToken)
    {
        if (await Savepoint.TryAsync(connection, sql, cancellationToken) is not { } exception)
        {
            return null;
        }
        var hint = exception.Hint is { } text ? $" {text}" : "";
        return new Diagnostic(
            place(exception), $"PostgreSQL refuses it: {exception.MessageText} ({exception.SqlState}).{hint}");
    }

    /// <summary>The columns of a model or source table that was made for the validation.</summary>
    internal static Task<List<string>> ColumnsAsync(
        NpgsqlConnection connection, string name, CancellationToken cancellationToken) =>
        connection.QueryAsync<string>(
            "select attname::text from pg_attribute where attrelid = @relation::regclass and attnum > 0 order by "
                + "attnum",
            new { relation = $"pg_temp.{SqlText.Name(name)}" },
            cancellationToken);

    private static async Task<IReadOnlyList<string>> VerifyColumnsAsync(
        NpgsqlConnection connection, Model model, ICollection<Diagnostic> diagnostics,
        CancellationToken cancellationToken)
    {
        var names = await ColumnsAsync(connection, model.Name, cancellationToken);
        foreach (var reserved in names.Where(name => ReservedColumns.Contains(name)))
        {
            diagnostics.Add(new Diagnostic(
                model.File, $"returns a column '{reserved}', a name that PostgreSQL or Greenery uses for its own "
                + "columns of the table; expected another name."));
        }
        foreach (var column in model.Columns.Where(column =>
            column.IsDescribed && !names.Contains(column.Name)))
        {
            diagnostics.Add(new Diagnostic(
                column.Place, $"describes column '{column.Name}', which {model.File} does not return; it returns "
                + $"{NameList.Of([.. names])}.{Suggestion.Sentence(column.Name, names)}"));
        }
        foreach (var key in model.UniqueKey.Append(model.Window).OfType<string>().Where(key => !names.Contains(key)))
        {
            diagnostics.Add(
                new Diagnostic(model.File, $"returns no column '{key}', which its unique_key or window names."
                + Suggestion.Sentence(key, names)));
        }
        foreach (var column in model.Indexes.SelectMany(index => index.Columns).Where(key => !names.Contains(key)))
        {
            diagnostics.Add(
                new Diagnostic(model.File, $"returns no column '{column}', which an index names."
                + Suggestion.Sentence(column, names)));
        }
        if (model.Partition is { } rule)
        {
            await VerifyPartitionAsync(connection, model, rule, names, diagnostics, cancellationToken);
        }
        await ModelDistribution.VerifyAsync(connection, model, names, diagnostics, cancellationToken);
        return names;
    }

    private static async Task VerifyPartitionAsync(
        NpgsqlConnection connection, Model model, PartitionRule rule, IReadOnlyList<string> names,
        ICollection<Diagnostic> diagnostics, CancellationToken cancellationToken)
    {
        var types = await connection.QueryAsync<(string Column, string Type)>(
            """
            select attname::text, format_type(atttypid, null) from pg_attribute
            where attrelid = @relation::regclass and attnum > 0 and attname = any(@names)
            """, new { relation = $"pg_temp.{SqlText.Name(model.Name)}", names = names.ToArray() }, cancellationToken);
        bool IsTime((string Column, string Type) column) =>
            column.Type is "date" or "timestamp without time zone" or "timestamp with time zone";
        var times = types.Where(IsTime).Select(column => column.Column).ToList();
        if (!times.Contains(rule.Column))
        {
            var type = types.Find(column => column.Column == rule.Column).Type;
            var expected = times.Count == 0 ? "and it returns none" : string.Join(", ", times);
            diagnostics.Add(new Diagnostic(model.File, $"returns {(type is null ? "no column" : "a column")} "
                + $"'{rule.Column}'{(type is null ? "" : $" that is {type}")}, which partition_by names; expected a "
                + $"date, timestamp or timestamptz ({expected}).{Suggestion.Sentence(rule.Column, times)}"));
        }
    }
}
