using Greenery.Models;
using Greenery.Models.Planning;

namespace Greenery.Runs;

/// <summary>What has changed since a model was tried.</summary>
/// <param name="Text">For people.</param>
/// <param name="IsKnown">Whether it says what; otherwise only that something has, which may be said of another one.
/// </param>
internal sealed record TriedChange(string Text, bool IsKnown = true)
{
    /// <summary>Empty when it would be built the same, and readers see what they saw.</summary>
    /// <param name="tried">As it was tried.</param>
    /// <param name="now">By name: what trying the same models would do now.</param>
    /// <param name="published">By name: the versions that readers would see.</param>
    /// <param name="seenThen">By name: the fingerprint of what readers saw when they were tried.</param>
    /// <param name="state">What is there now.</param>
    /// <param name="catalogue">The project's models of today.</param>
    public static IReadOnlyList<TriedChange> Find(
        PlannedModel tried, Dictionary<string, PlannedModel> now, Dictionary<string, ModelVersion> published,
        Dictionary<string, string?> seenThen, WarehouseState state, ModelCatalogue catalogue)
    {
        var name = tried.Model.Name;
        if (catalogue.Find(name) is not { } model || !now.TryGetValue(name, out var again))
        {
            return [new TriedChange($"the project has {tried.Model} no more")];
        }
        if (TriedRun.IsShown(tried, state))
        {
            return [];
        }
        if (state.Live.GetValueOrDefault(name)?.Fingerprint != seenThen.GetValueOrDefault(name))
        {
            return [new TriedChange($"another version of {model} was published since")];
        }
        // A full refresh gives another version of the same fingerprint, and other rows if the earlier ones were wrong.
        var reread = tried.Reads.Where(read =>
            published.TryGetValue(read.Key, out var version) && version != read.Value)
            .Select(read => new TriedChange($"another version of {catalogue.Find(read.Key)?.ToString() ?? read.Key} "
                + $"was published since, which {model} reads")).ToList();
        return reread.Count == 0 && again.Fingerprint == tried.Fingerprint
            ? [] : OfInputs(tried, again, model, reread, state);
    }

    private static List<TriedChange> OfInputs(
        PlannedModel tried, PlannedModel again, Model model, List<TriedChange> reread, WarehouseState state)
    {
        List<TriedChange> reasons =
        [
            .. model.Sources.Where(source => state.Sources.GetValueOrDefault(source) > tried.Until)
                .Select(source => new TriedChange($"staging.{source} was loaded since, which {model} reads")),
            .. reread,
        ];
        // The definition of one over inputs that are not up to date is its own, so it may differ for their sake.
        if (reasons.Count == 0 && tried.Model.Definition != model.Definition
            && tried.Model.Definition != again.Model.Definition)
        {
            reasons.Add(new TriedChange($"the SQL or configuration of {model}, of what it reads, or the contract of "
                + "its sources was changed since"));
        }
        return reasons.Count > 0 ? reasons
            : [new TriedChange($"what {model} is computed from has changed since", IsKnown: false)];
    }
}
