using Greenery.Models.Sql;
using Greenery.Sources;

namespace Greenery.Models;

/// <summary>Reads and verifies the inputs of a model by key (<c>config: inputs</c>).</summary>
internal static class ModelInputs
{
    private const string Forms =
        "the columns that hold the key (events: session_id), or a mapping with 'key' or 'lookup' (dim_users: {lookup: "
        + "user_id})";

    /// <summary>The inputs as the configuration has them; empty when it has none.</summary>
    public static IReadOnlyList<ModelInput> Read(PropertyMap config) =>
        config.Map("inputs") is { } inputs ? [.. inputs.Keys.Select(name => ReadOne(inputs, name))] : [];

    private static ModelInput ReadOne(PropertyMap inputs, string name)
    {
        if (!inputs.HasMap(name))
        {
            var key = inputs.References(name);
            if (key.Count == 0)
            {
                inputs.Refuse($"input '{name}' has no column; expected {Forms}.");
            }
            return new ModelInput(name, [.. key.Select(column => column.Name)], [], [], SkipsNulls: false,
                key.Count > 0 ? key[0].Place : inputs.Place);
        }
        var map = inputs.Map(name)!;
        var input = new ModelInput(
            name, map.Texts("key"), ReadLookup(map), map.Texts("columns"), map.Flag("skip_nulls"), map.Place);
        if (input.Key.Count > 0 == input.IsLookup)
        {
            map.Refuse($"input '{name}' has {(input.IsLookup ? "both 'key' and 'lookup'" : "no 'key' or 'lookup'")}; "
                + $"expected one: {Forms}.");
        }
        map.Finish();
        return input;
    }

    private static IReadOnlyList<LookupColumn> ReadLookup(PropertyMap map)
    {
        if (!map.HasMap("lookup"))
        {
            return [.. map.Texts("lookup").Select(column => new LookupColumn(column, column))];
        }
        var columns = map.Map("lookup")!;
        return [.. columns.Keys.Select(column => new LookupColumn(column, columns.RequiredText(column)))];
    }

    /// <summary>What can be said without a database: whether the configuration and the select fit together.</summary>
    public static void Verify(Model model, PropertyMap map)
    {
        if (!model.IsByKey)
        {
            if (model.Inputs.Count > 0 || model.RebuildKey.Count > 0)
            {
                map.Refuse($"{model} has {(model.Inputs.Count > 0 ? "inputs" : "a rebuild_key")}, which only models "
                    + "by key have; expected 'materialized: incremental' and 'incremental_strategy: by_key'.");
            }
            return;
        }
        if (model.UniqueKey.Count == 0)
        {
            map.Refuse($"{model} is built by key but has no unique_key; expected the columns that identify a row.");
        }
        if (model.Inputs.Count == 0)
        {
            map.Refuse($"{model} is built by key but has no inputs; expected for each table that it reads {Forms}.");
        }
        if (model.Tokens.FirstOrDefault(token => token.IsSince) is { Text: not null } since)
        {
            map.Refuse($"{model} is built by key, by its full select, but {model.File}:{since.Line} uses "
                + $":{since.Text}; take the condition out.");
        }
        foreach (var input in model.Inputs)
        {
            Verify(model, input, map);
        }
    }

    private static void Verify(Model model, ModelInput input, PropertyMap map)
    {
        var read = ReadNames(model);
        if (!read.Contains(input.Name))
        {
            map.Refuse($"input '{input.Name}' of {model} is not read by {model.File}, which reads "
                + $"{string.Join(", ", read)}.{Suggestion.Sentence(input.Name, read)}");
        }
        else if (input.Columns.Count > 0 && !model.Models.Contains(input.Name))
        {
            map.Refuse($"input '{input.Name}' of {model} has 'columns', but it is a source table, of which earlier "
                + "values are not kept; read a model by key over it, whose unchanged rows touch nothing.");
        }
        if (!input.IsLookup && model.RebuildKey.Count > 0 && input.Key.Count > 0
            && input.Key.Count != model.RebuildKey.Count)
        {
            map.Refuse($"input '{input.Name}' of {model} has {input.Key.Count} key columns "
                + $"({string.Join(", ", input.Key)}); expected {model.RebuildKey.Count}, for "
                + $"{string.Join(", ", model.RebuildKey)} in this order.");
        }
    }

    /// <summary>The names by which the select reads models, source tables and their histories.</summary>
    public static IReadOnlyList<string> ReadNames(Model model)
    {
        var names = model.Tokens.Where(token => token.IsName).Select(token => token.Text)
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. model.Models,
            .. model.Sources.SelectMany(source => new[] { source, SourceTable.HistoryNameOf(source) })
                .Where(names.Contains),
        ];
    }
}
