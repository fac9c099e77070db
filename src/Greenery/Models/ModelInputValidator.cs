using Greenery.Models.Planning;
using Greenery.Sources;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models;

/// <summary>
/// Verifies what only a database knows of the inputs of a model by key: their columns, and whether its select always
/// answers the same.
/// </summary>
/// <param name="connection">
/// In the validation's transaction, with all models and source tables as temporary ones.
/// </param>
/// <param name="catalogue">Models and source tables.</param>
/// <param name="functions">The functions that these models call.</param>
internal sealed class ModelInputValidator(
    NpgsqlConnection connection, ModelCatalogue catalogue, VolatileSql functions)
{
    /// <param name="model">Any model; nothing is asked of those that are not by key.</param>
    /// <param name="returned">The columns that its select returns.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    public async Task VerifyAsync(
        Model model, IReadOnlyList<string> returned, ICollection<Diagnostic> diagnostics,
        CancellationToken cancellationToken)
    {
        if (!model.IsByKey)
        {
            return;
        }
        if (functions.Find(model.Sql) is { } asked)
        {
            var line = model.Tokens.FirstOrDefault(token => $"{token.Text}()" == asked || token.Text == asked).Line;
            diagnostics.Add(new Diagnostic(
                $"{model.File}:{Math.Max(1, line)}",
                $"asks for {asked}, which may answer differently each time; a model by key computes "
                + "rows again only when its inputs change. Take it out, put it into a view over this model, or use "
                + "'materialized: table'."));
        }
        Verify(model.File, "returns", model.RebuildKey, "its rebuild_key", returned, diagnostics);
        foreach (var input in model.Inputs.Where(input => ModelInputs.ReadNames(model).Contains(input.Name)))
        {
            var columns = await ModelValidator.ColumnsAsync(connection, input.Name, cancellationToken);
            Verify(input.Place, $"of {model}: {input.Name} has", input.FollowedColumns.Concat(input.Columns),
                "its input", Followable(input, columns), diagnostics);
            Verify(input.Place, $"of {model}: {model.File} returns", input.Lookup.Select(column => column.ModelColumn),
                $"the lookup of {input.Name}", returned, diagnostics);
            await VerifyTypesAsync(model, input, diagnostics, cancellationToken);
        }
    }

    // A date and a time of the same day are not equal: rows would not be found, though PostgreSQL compares them.
    private async Task VerifyTypesAsync(
        Model model, ModelInput input, ICollection<Diagnostic> diagnostics, CancellationToken cancellationToken)
    {
        var types = await connection.QueryAsync<(string Table, string Column, string Type)>(
            """
            select relname::text, attname::text, replace(format_type(atttypid, null), 'character varying', 'text')
            from pg_attribute
            inner join pg_class on pg_class.oid = attrelid
            where relnamespace = pg_my_temp_schema() and relname = any(@Names) and attnum > 0 and not attisdropped
            """, new { Names = new[] { model.Name, input.Name } }, cancellationToken);
        string? TypeOf(string table, string column) =>
            types.Find(type => type.Table == table && type.Column == column).Type;
        var pairs = input.IsLookup
            ? input.Lookup.Select(column => (column.ModelColumn, column.InputColumn))
            : model.RebuildKey.Zip(input.Key);
        foreach (var (own, other) in pairs)
        {
            if ((TypeOf(model.Name, own), TypeOf(input.Name, other)) is ({ } mine, { } theirs) && mine != theirs)
            {
                diagnostics.Add(new Diagnostic(input.Place, $"of {model}: {input.Name}.{other} is {theirs} and the "
                    + $"model's {own} is {mine}; expected the same type, or rows are not found. Read a model by key "
                    + "that has the column in this type."));
            }
        }
    }

    // The pipeline's own columns change when nothing else does; of a history only the key's rows are followed.
    private IReadOnlyList<string> Followable(ModelInput input, List<string> columns) =>
        catalogue.Sources.FirstOrDefault(source => source.IsReadAs(input.Name)) is not { } source ? columns
        : source.Name == input.Name ? [.. source.Columns.Select(column => column.Name)]
        : source.PrimaryKey;

    private static void Verify(
        string place, string subject, IEnumerable<string> wanted, string by, IReadOnlyList<string> known,
        ICollection<Diagnostic> diagnostics)
    {
        foreach (var column in wanted.Where(column => !known.Contains(column)))
        {
            diagnostics.Add(new Diagnostic(place, $"{subject} no column '{column}', which {by} names; expected one of "
                + $"{NameList.Of(known)}.{Suggestion.Sentence(column, known)}"));
        }
    }
}
