using System.Globalization;
using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Staging;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Workshop;

/// <summary>
/// Shows what a model's select returns, as in a full build, from what is in staging and what readers see of the models
/// that it reads. Changes nothing.
/// </summary>
/// <param name="warehouse">The database.</param>
/// <param name="catalogue">The project's models.</param>
/// <param name="timeLimit">Of the statement; <see cref="UsualTimeLimit"/> by default.</param>
public sealed class ModelPreview(PostgresWarehouse warehouse, ModelCatalogue catalogue, TimeSpan? timeLimit = null)
{
    /// <summary>Rows without another wish.</summary>
    public const int UsualLimit = 20;

    /// <summary>The most rows.</summary>
    public const int MostRows = 10_000;

    /// <summary>How long a statement may take.</summary>
    public static readonly TimeSpan UsualTimeLimit = TimeSpan.FromMinutes(1);

    /// <summary>The statement that is sent.</summary>
    /// <param name="model">The model.</param>
    /// <param name="limit">The most rows.</param>
    public static string Statement(Model model, int limit) => string.Create(CultureInfo.InvariantCulture,
        $"""
        select * from (
        {model.SqlSince(0)}
        ) as model
        where {ModelSql.IsShown(model)}
        limit {limit}
        """);

    /// <summary>The statement by which the names of the other are found.</summary>
    public static string SearchPath(Model model) => $"set local search_path to {model.Marts.SearchPath}, staging";

    /// <summary>The first rows; PostgreSQL decides which these are where the select has no order.</summary>
    /// <param name="model">One of the catalogue.</param>
    /// <param name="limit">The most rows.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    /// <exception cref="ConfigurationException">What the model reads is not there yet, PostgreSQL refuses the select,
    /// or it takes too long.</exception>
    public async Task<PreviewedRows> RunAsync(Model model, int limit, CancellationToken cancellationToken)
    {
        var hasLedgers = await warehouse.HasLedgersAsync(cancellationToken);
        var statement = Statement(model, limit);
        return await new ReadOnlySession(warehouse, timeLimit ?? UsualTimeLimit).RunAsync(
            exception => ModelValidator.Place(model, statement, exception),
            async (connection, token) =>
            {
                var live = hasLedgers ? await LiveAsync(connection, token) : [];
                await VerifyInputsAsync(connection, model, live, token);
                await connection.ExecuteAsync(SearchPath(model), null, token);
                return await ReadAsync(connection, model, statement, token) with { Notes = Notes(model, live) };
            }, cancellationToken);
    }

    // By model that readers see: its definition.
    private static async Task<Dictionary<string, string>> LiveAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<(string Model, string Definition)>(
            "select model, definition from ops.live", null, cancellationToken))
        .ToDictionary(live => live.Model, live => live.Definition, StringComparer.Ordinal);

    private async Task VerifyInputsAsync(
        NpgsqlConnection connection, Model model, Dictionary<string, string> live, CancellationToken cancellationToken)
    {
        var tables = await connection.QueryAsync<string>(
            """
            select relname::text from pg_class
            inner join pg_namespace on pg_namespace.oid = relnamespace
            where nspname = 'staging'
            """, null, cancellationToken);
        var missing = ModelInputs.ReadNames(model).Select(name => catalogue.Find(name) is { } parent
            ? live.ContainsKey(name) ? null
                : $"reads {parent}, which is not published yet; a preview reads what readers see. Run 'greenery run' "
                    + $"first, or try 'greenery preview {name}'."
            : tables.Contains(name) ? null
                : $"reads staging.{name}, which is not there yet: no run has loaded a drop of it. Run 'greenery run' "
                    + "first.").OfType<string>().ToList();
        if (missing.Count > 0)
        {
            throw new ConfigurationException([.. missing.Select(text => new Diagnostic(model.File, text))]);
        }
        await VerifyRoleAsync(connection, model, cancellationToken);
    }

    // PostgreSQL passes over schemas that a role may not use, and says that their tables are not there.
    private async Task VerifyRoleAsync(NpgsqlConnection connection, Model model, CancellationToken cancellationToken)
    {
        var schemas = model.Models.Select(name => catalogue[name].Mart)
            .Concat(model.Sources.Count > 0 ? ["staging"] : []).Distinct().ToArray();
        var (closed, role) = await connection.QueryFirstOrDefaultAsync<(string? Closed, string Role)>(
            """
            select string_agg(quote_ident(nspname), ', ' order by nspname), quote_ident(current_user)
            from pg_namespace
            where nspname = any(@schemas) and not has_schema_privilege(oid, 'usage')
            """, new { schemas }, cancellationToken);
        if (closed is not null)
        {
            throw new ConfigurationException("Greenery:Warehouse",
                $"role {role} may not read schema {closed}, which {model} reads. Let it: grant usage on schema "
                + $"{closed} to {role}; grant select on all tables in schema {closed} to {role}.");
        }
    }

    private List<string> Notes(Model model, Dictionary<string, string> live) =>
    [
        .. model.Models.Where(name => catalogue[name].Definition != live[name]).Select(name =>
            $"{catalogue[name]} is not what its file says now; the rows come from what readers see of it."),
    ];

    private static async Task<PreviewedRows> ReadAsync(
        NpgsqlConnection connection, Model model, string statement, CancellationToken cancellationToken)
    {
        // As text, which PostgreSQL has for every type.
        await using var command = new NpgsqlCommand(statement, connection) { AllResultTypesAreUnknown = true };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var personal = model.Columns.Where(column => column.IsPersonal).Select(column => column.Name)
            .ToHashSet(StringComparer.Ordinal);
        var shown = Enumerable.Range(0, reader.FieldCount)
            .Where(i => reader.GetName(i) != ModelSql.DeletedColumn).ToList();
        var columns = shown.ConvertAll(i => new PreviewedColumn(
            reader.GetName(i), reader.GetPostgresType(i).DisplayName, personal.Contains(reader.GetName(i))));
        var rows = new List<IReadOnlyList<string?>>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add([.. shown.Zip(columns, (i, column) => reader.IsDBNull(i) ? null
                : column.IsPersonal ? ReadableText.PiiMask : Text(column, reader.GetString(i)))]);
        }
        return new PreviewedRows(columns, rows, []);
    }

    // As a cast to text has it, and JSON.
    private static string Text(PreviewedColumn column, string value) => column.Type != "boolean" ? value
        : value == "t" ? "true" : "false";
}
