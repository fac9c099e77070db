using System.Globalization;

namespace Greenery.Sources;

/// <summary>Reads the <c>config</c> of a source or of one of its tables.</summary>
internal static class TableConfigReader
{
    /// <summary>dbt's name of the column that says when a row came.</summary>
    public const string LoadedAt = "loaded_at_field";

    // In any period; far more would not fit into a TimeSpan.
    private const double MaxAge = 1_000_000;

    public static TableConfig Read(PropertyMap? map, TableConfig defaults)
    {
        if (map is null)
        {
            return defaults;
        }
        var rejects = map.Map("rejects");
        var config = defaults with
        {
            DropName = map.Text("drop"),
            WarnAbove = ReadLimit(rejects, "warn") ?? defaults.WarnAbove,
            FailAbove = ReadLimit(rejects, "fail") ?? defaults.FailAbove,
            Snapshot = ReadSnapshot(map, defaults.Snapshot),
            History = map.Texts("history"),
            Partition = PartitionRule.Read(map),
            Distribution = DistributionConfig.Read(map),
            Keep = RetentionPeriod.Read(map, "keep"),
            Csv = CsvOptionsReader.Read(map.Map("csv"), defaults.Csv),
            Xlsx = ExcelOptions.Read(map.Map("xlsx"), defaults.Xlsx),
            Nulls = map.Has("nulls") ? map.Texts("nulls") : defaults.Nulls,
            // As in dbt, a table has its own tags and those of its source.
            Tags = [.. defaults.Tags.Concat(map.Texts("tags")).Distinct()],
            RefusesDuplicateKeys = ReadDuplicateKeys(map, defaults.RefusesDuplicateKeys),
            MayBeEmpty = map.Flag("may_be_empty", defaults.MayBeEmpty),
            IsRequired = map.Flag("required", defaults.IsRequired),
            Freshness = ReadFreshness(map, defaults.Freshness),
        };
        rejects?.Finish();
        map.Allow("meta", LoadedAt).Finish();
        return config;
    }

    /// <summary>The key <c>freshness</c>, which dbt has beside <c>config</c> too; <c>null</c> takes it away.</summary>
    public static Freshness? ReadFreshness(PropertyMap map, Freshness? otherwise)
    {
        if (map.Map("freshness") is not { } freshness)
        {
            return map.Keys.Contains("freshness") ? null : otherwise;
        }
        var read = new Freshness(ReadPeriod(freshness.Map("warn_after")), ReadPeriod(freshness.Map("error_after")));
        freshness.Forbid("filter", "is no key here: how old a table is, its newest drop says.").Finish();
        return read;
    }

    private static bool ReadDuplicateKeys(PropertyMap map, bool otherwise)
    {
        var text = map.Text("duplicate_keys");
        if (text is not (null or "last" or "refuse"))
        {
            map.Refuse($"'duplicate_keys: {text}' is unknown; expected last (the last row wins) or refuse.");
        }
        return text is null ? otherwise : text == "refuse";
    }

    private static SnapshotRule? ReadSnapshot(PropertyMap map, SnapshotRule? otherwise)
    {
        if (!map.HasMap("snapshot"))
        {
            return map.Flag("snapshot", otherwise is not null, "true, false, or {most_gone: 20%}")
                ? otherwise ?? SnapshotRule.Default
                : null;
        }
        var rule = map.Map("snapshot")!;
        var brake = ReadLimit(rule, "most_gone");
        rule.Finish();
        return brake is null ? SnapshotRule.Default : new SnapshotRule(brake);
    }

    private static RejectLimit? ReadLimit(PropertyMap? map, string key)
    {
        if (map?.Text(key) is not { } text)
        {
            return null;
        }
        if (RejectLimit.TryParse(text, out var limit))
        {
            return limit;
        }
        map.Refuse(
            $"'{key}: {text}' is no limit; expected a number of rows (10) or a share of the rows "
            + "(2.5%, at most 100%).");
        return null;
    }

    private static TimeSpan? ReadPeriod(PropertyMap? map)
    {
        if (map is null)
        {
            return null;
        }
        var count = (double)(map.Number("count") ?? 0);
        var period = map.RequiredText("period");
        map.Finish();
        if (count is <= 0 or > MaxAge || period is not ("minute" or "hour" or "day"))
        {
            map.Refuse(
                $"'{{count: {count.ToString(CultureInfo.InvariantCulture)}, period: {period}}}' is no age; expected a "
                + "positive count and minute, hour or day.");
            return null;
        }
        return count * (period switch
        {
            "minute" => TimeSpan.FromMinutes(1),
            "hour" => TimeSpan.FromHours(1),
            _ => TimeSpan.FromDays(1),
        });
    }
}
