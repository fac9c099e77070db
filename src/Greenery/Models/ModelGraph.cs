using Greenery.Sources;

namespace Greenery.Models;

/// <summary>Brings models into the order they are built in, and gives each its definition hash.</summary>
internal static class ModelGraph
{
    /// <summary>
    /// Kahn's algorithm; among those that are ready, by mart and name. A cycle is a fault; what waits for it comes
    /// last.
    /// </summary>
    public static List<Model> Order(
        List<Model> models, IReadOnlyList<SourceTable> sources, ICollection<Diagnostic> diagnostics)
    {
        var contracts = sources.DistinctBy(source => source.Name)
            .ToDictionary(source => source.Name, StringComparer.Ordinal);
        var waiting = models.ToDictionary(model => model.Name, StringComparer.Ordinal);
        var done = new Dictionary<string, Model>(StringComparer.Ordinal);
        var ordered = new List<Model>();
        while (NextReady(waiting, done) is { } ready)
        {
            waiting.Remove(ready.Name);
            var hashed = ready with { Definition = ModelFingerprint.Compute(ready, done, contracts) };
            done.Add(ready.Name, hashed);
            ordered.Add(hashed);
        }
        if (waiting.Count > 0)
        {
            diagnostics.Add(Cycle(waiting));
            ordered.AddRange(waiting.Values);
        }
        return ordered;
    }

    private static Model? NextReady(Dictionary<string, Model> waiting, Dictionary<string, Model> done) => waiting.Values
        .Where(model => model.Models.All(done.ContainsKey))
        .OrderBy(model => model.Marts.Rank(model.Mart))
        .ThenBy(model => model.Name, StringComparer.Ordinal)
        .FirstOrDefault();

    // Every waiting model reads another waiting one, so following them must come back somewhere.
    private static Diagnostic Cycle(Dictionary<string, Model> waiting)
    {
        var path = new List<string>();
        var at = waiting.Values.MinBy(model => model.Name, StringComparer.Ordinal)!;
        while (!path.Contains(at.Name))
        {
            path.Add(at.Name);
            at = waiting[at.Models.First(waiting.ContainsKey)];
        }
        var cycle = path[path.IndexOf(at.Name)..];
        return new Diagnostic(waiting[cycle[0]].File,
            $"reads itself in a circle: {string.Join(" -> ", cycle)} -> {cycle[0]}. Take one of these references out.");
    }
}
