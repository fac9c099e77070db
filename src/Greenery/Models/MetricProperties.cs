using Greenery.Sources;

namespace Greenery.Models;

/// <summary>Reads what <c>sql/metrics/metrics.yml</c> says of metrics: their checks and whom they concern.</summary>
internal static class MetricProperties
{
    /// <summary>The file in the folder of metrics.</summary>
    public const string FileName = "metrics.yml";

    /// <summary>The metrics with what the file says of them; unchanged when there is no file.</summary>
    public static IReadOnlyList<Metric> Apply(
        string folder, IReadOnlyList<Metric> metrics, ICollection<Diagnostic> diagnostics)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path) || PropertyMap.Read(path, $"sql/metrics/{FileName}", diagnostics) is not { } root)
        {
            return metrics;
        }
        var byName = metrics.ToDictionary(metric => metric.Name, StringComparer.Ordinal);
        var described = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        root.Allow("version");
        foreach (var map in root.Maps("metrics"))
        {
            ApplyOne(map, byName, described);
        }
        root.Finish();
        // Those that the file lists come first, in its order: what matters most is read first.
        return [.. described.Keys.Where(byName.ContainsKey).Concat(metrics.Select(metric => metric.Name)).Distinct()
            .Select(name => byName[name])];
    }

    private static void ApplyOne(
        PropertyMap map, Dictionary<string, Metric> metrics, OrderedDictionary<string, string> described)
    {
        var name = map.RequiredText("name");
        var (checks, ownership) = (DeclaredCheck.Read(map, column: null), Ownership.Read(map.Map("meta")));
        var direction = ReadDirection(map);
        map.Finish();
        if (name.Length > 0 && !metrics.ContainsKey(name))
        {
            map.Refuse($"describes '{name}', but there is no sql/metrics/{name}.sql."
                + Suggestion.Sentence(name, metrics.Keys));
        }
        else if (name.Length > 0 && !described.TryAdd(name, map.Place))
        {
            map.Refuse($"metric '{name}' is already described at {described[name]}.");
        }
        else if (name.Length > 0)
        {
            metrics[name] = metrics[name] with
            {
                Checks = checks, Ownership = ownership, Direction = direction,
            };
        }
    }

    private static MetricDirection ReadDirection(PropertyMap map)
    {
        switch (map.Text("direction"))
        {
            case null:
                return MetricDirection.None;
            case "up_is_good":
                return MetricDirection.UpIsGood;
            case "down_is_good":
                return MetricDirection.DownIsGood;
            case var other:
                map.Refuse($"'direction: {other}' is unknown; expected up_is_good or down_is_good."
                    + Suggestion.Sentence(other, ["up_is_good", "down_is_good"]));
                return MetricDirection.None;
        }
    }
}
