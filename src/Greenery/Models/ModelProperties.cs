using Greenery.Models.Sql;
using Greenery.Sources;
using Greenery.Warehouse;

namespace Greenery.Models;

/// <summary>Reads what a mart's property file (<c>sql/core/core.yml</c>) says of its models.</summary>
internal static class ModelProperties
{
    private const string ReportKey = "report";

    /// <summary>The model with what the file says of it; unchanged when the file says nothing.</summary>
    public static Model Apply(Model model, PropertyMap map)
    {
        var config = map.Map("config");
        var contract = ModelContract.Read(config);
        var columns = map.Maps("columns").Select(column => ReadColumn(column, contract)).ToList();
        foreach (var twice in columns.GroupBy(column => column.Column.Name).Where(group => group.Count() > 1))
        {
            map.Refuse($"column '{twice.Key}' of {model} is described {twice.Count()} times; expected once.");
        }
        var described = model with
        {
            Description = map.Text("description") ?? "",
            Materialization = Choose(config, "materialized", Materialization.Table),
            Strategy = Choose(config, "incremental_strategy", IncrementalStrategy.Merge),
            UniqueKey = config?.Texts("unique_key") ?? [],
            Window = config?.Text("window"),
            RebuildKey = config?.Texts("rebuild_key") ?? [],
            Indexes = config is null ? [] : ModelIndex.ReadAll(config),
            Inputs = config is null ? [] : ModelInputs.Read(config),
            Partition = config is null ? null : PartitionRule.Read(config),
            Distribution = config is null ? null : DistributionConfig.Read(config),
            Needs = RetentionNeeds.Read(model, config?.Map("needs")),
            MayBeEmpty = config?.Flag("may_be_empty") ?? false,
            Report = ReadReport(map.Map("meta") ?? config?.Map("meta")),
            Ownership = Ownership.Read(map.Map("meta"), Ownership.Read(config?.Map("meta"))),
            Tags = [.. map.Texts("tags").Concat(config?.Texts("tags") ?? []).Distinct()],
            HasContract = contract.IsEnforced,
            Columns = [.. columns.Select(column => column.Column)],
            Checks = ModelContract.WithoutRepeated(
            [
                .. columns.SelectMany(column => column.Checks),
                .. contract.Checks(map, column: null, DeclaredCheck.Read(map, column: null)),
            ]),
        };
        RefusedConfig.Refuse(config);
        config?.Allow("docs").Finish();
        map.Allow("docs").Finish();
        if (described is { IsByKey: true, RebuildKey: [] })
        {
            described = described with { RebuildKey = described.UniqueKey };
        }
        if (config is not null && described.Distribution is { } distribution)
        {
            described = described with { DistributionPlace = config.PlaceOfKey(distribution.Key) };
            ModelDistribution.Verify(described, config);
        }
        Verify(described, config ?? map);
        return described;
    }

    private static void Verify(Model model, PropertyMap map)
    {
        var isIncremental = model.Materialization == Materialization.Incremental;
        if (isIncremental && model is { Strategy: IncrementalStrategy.Merge, UniqueKey: [] })
        {
            map.Refuse($"{model} merges new rows but has no unique_key; expected the columns that identify a row.");
        }
        if (isIncremental && model is { Strategy: IncrementalStrategy.ReplaceWindow, Window: null })
        {
            map.Refuse($"{model} replaces windows but has no window; expected the column whose values are replaced "
                + $"(say, event_date).");
        }
        ModelInputs.Verify(model, map);
        if (model.Partition is not null && !model.IsByKey)
        {
            map.RefuseAt(map.Reference("partition_by")!.Place, $"{model} has partition_by, which source tables and "
                + "models by key have; expected 'materialized: incremental' and 'incremental_strategy: by_key', or no "
                + "partition_by.");
        }
        var isSince = isIncremental && !model.IsByKey;
        if (isSince && model.Tokens.Count > 0 && !model.Tokens.Any(token => token.IsSince))
        {
            map.Refuse($"{model} is incremental but {model.File} does not use :since; expected a condition such as "
                + "'where _load_seq > :since'.");
        }
        if (isSince && SinceCondition.FindUnusable(model.Tokens) is var (comparison, line))
        {
            map.Refuse($"{model} asks '{comparison}' ({model.File}:{line}), which leaves rows out where :since is 0: "
                + "then neither a full build nor a whole window can be computed; expected a condition such as "
                + "'_load_seq > :since'.");
        }
        if (isSince && model is not { Strategy: IncrementalStrategy.ReplaceWindow, Window: null }
            && DeltaScope.LooksAcross(model))
        {
            map.Refuse($"{model} has a window function over rows of other {Replaced(model)} than the new ones, whose "
                + "rows would stay as they were; expected 'partition by' with a column of these, ':since' in a "
                + "subquery that finds all rows concerned (user_id in (select user_id ... where _load_seq > :since)), "
                + "or 'materialized: table'.");
        }
        if (model.Materialization == Materialization.View && model.Indexes.Count > 0)
        {
            map.Refuse($"{model} is a view and has indexes; expected them on the models that it reads.");
        }
        if (isIncremental && model.Indexes.Any(index => index.IsUnique))
        {
            map.Refuse($"{model} is incremental and has a unique index; its table holds several versions of a row. "
                + "Expected 'unique_key', or a check 'unique'.");
        }
        if (model.Materialization == Materialization.View && model.Sources.Count > 0)
        {
            map.Refuse($"{model} is a view onto staging ({string.Join(", ", model.Sources)}): readers would see rows "
                + "before they are checked. Use 'materialized: table', or read a model.");
        }
    }

    private static string Replaced(Model model) =>
        model.Strategy == IncrementalStrategy.ReplaceWindow ? "windows" : "keys";

    private static ReportSection? ReadReport(PropertyMap? meta)
    {
        meta?.RefuseSlips("meta", [ReportKey]);
        if (meta?.Reference(ReportKey) is not { } report)
        {
            return null;
        }
        var known = Enum.GetValues<ReportSection>().Select(section => EnumText.Name(section)).ToList();
        if (known.Contains(report.Name))
        {
            return EnumText.Parse<ReportSection>(report.Name);
        }
        meta.RefuseAt(report.Place, $"unknown report '{report.Name}' in meta; expected {string.Join(", ", known)}."
            + Suggestion.Sentence(report.Name, known));
        return null;
    }

    private static (ModelColumn Column, IReadOnlyList<DeclaredCheck> Checks) ReadColumn(
        PropertyMap map, ModelContract contract)
    {
        var name = map.RequiredText("name");
        var shared = ColumnConfig.Read(map);
        var column = new ModelColumn(name, map.Text("description") ?? "", shared.IsPersonal ?? false, map.Place)
        {
            DeclaredPersonal = shared.IsPersonal, DataType = map.Text("data_type"),
        };
        var checks = contract.Checks(map, name, DeclaredCheck.Read(map, name, shared.Tags));
        map.Finish();
        return (column, [.. checks]);
    }

    private static T Choose<T>(PropertyMap? map, string key, T otherwise)
        where T : struct, Enum
    {
        if (map?.Text(key) is not { } text)
        {
            return otherwise;
        }
        var known = Enum.GetValues<T>().ToDictionary(value => SnakeCase(value.ToString()));
        if (known.TryGetValue(text, out var value))
        {
            return value;
        }
        map.Refuse($"unknown {key} '{text}'; expected {string.Join(", ", known.Keys)}."
            + $"{Suggestion.Sentence(text, known.Keys)}");
        return otherwise;
    }

    private static string SnakeCase(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{c}" : $"{c}")).ToLowerInvariant();
}
