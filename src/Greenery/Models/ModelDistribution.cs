using Greenery.Sources;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models;

/// <summary>Verifies where a model's rows are on a cluster.</summary>
internal static class ModelDistribution
{
    /// <summary>What can be said without a database: whether the configuration fits together.</summary>
    /// <param name="model">A model with a distribution.</param>
    /// <param name="map">Takes what is wrong.</param>
    public static void Verify(Model model, PropertyMap map)
    {
        foreach (var refusal in Refusals(model))
        {
            map.RefuseAt(model.DistributionPlace, refusal);
        }
    }

    /// <summary>Verifies that the select returns the column, with a type that rows can be distributed by.</summary>
    /// <param name="connection">In the validation's transaction, with all models as temporary views.</param>
    /// <param name="model">Any model; nothing is asked of those that are not distributed by a column.</param>
    /// <param name="returned">The columns that its select returns.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public static async Task VerifyAsync(
        NpgsqlConnection connection, Model model, IReadOnlyList<string> returned, ICollection<Diagnostic> diagnostics,
        CancellationToken cancellationToken)
    {
        if (model.Distribution?.Column is not { } column)
        {
            return;
        }
        var type = await connection.ExecuteScalarAsync<string>(
            """
            select format_type(atttypid, null) from pg_attribute
            where attrelid = @relation::regclass and attnum > 0 and attname = @column
            """, new { relation = $"pg_temp.{SqlText.Name(model.Name)}", column }, cancellationToken);
        if (type is null)
        {
            diagnostics.Add(new Diagnostic(model.DistributionPlace, $"distributed_by of {model} names '{column}', "
                + $"which {model.File} does not return; it returns {NameList.Of(returned)}."
                + Suggestion.Sentence(column, returned)));
        }
        else if (!CanDistribute(type))
        {
            diagnostics.Add(new Diagnostic(model.DistributionPlace, $"distributed_by of {model} names '{column}', "
                + $"which is {type}: {DistributionConfig.ExpectedType}"));
        }
    }

    private static IEnumerable<string> Refusals(Model model)
    {
        var distribution = model.Distribution!;
        if (model.Materialization == Materialization.View)
        {
            return [$"{model} is a view and has {distribution.Key}, but no rows of its own; expected it on the models "
                + "that it reads."];
        }
        if (distribution.Column is not { } column)
        {
            return model.Partition is null ? [] : [$"{model} {DistributionConfig.NoPartitions}"];
        }
        return
        [
            .. HasMergeKey(model) && !model.UniqueKey.Contains(column)
                ? [$"{model} is distributed by '{column}', which is not in its unique_key "
                    + $"({string.Join(", ", model.UniqueKey)}): a row is replaced on its own node, and rows with the "
                    + $"same key could be on two. Expected '{column}' in the unique_key, a column of the unique_key, "
                    + "or 'reference: true'."]
                : Array.Empty<string>(),
            .. model.Indexes.Where(index => index.IsUnique && !index.Columns.Contains(column))
                .Select(index => $"{model} is distributed by '{column}', which is not in its unique index "
                    + $"({string.Join(", ", index.Columns)}): each node keeps an index unique among its own rows "
                    + $"only. Expected '{column}' in the index, or a check 'unique' instead of it."),
        ];
    }

    // Without one, another diagnostic asks for it.
    private static bool HasMergeKey(Model model) => model is
    {
        Materialization: Materialization.Incremental,
        Strategy: IncrementalStrategy.Merge or IncrementalStrategy.ByKey,
        UniqueKey.Count: > 0,
    };

    // PostgreSQL's names of types that a contract writes otherwise, or cannot have.
    private static bool CanDistribute(string type) =>
        type is "smallint" or "character" or "character varying"
        || (ColumnType.TryParse(type, out var parsed) && DistributionConfig.CanDistribute(parsed));
}
