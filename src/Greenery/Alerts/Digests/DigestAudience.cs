using Greenery.Alerts.Routing;
using Greenery.Models;
using Greenery.Runs;
using Greenery.Sources;

namespace Greenery.Alerts.Digests;

/// <summary>What concerns one person: all, or some models and source tables.</summary>
internal sealed class DigestAudience(Recipient recipient)
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public Recipient Recipient { get; } = recipient;

    /// <summary>Everything.</summary>
    public bool IsAll { get; private set; }

    /// <summary>
    /// Whether the person looks after data rather than reads it: owns a source table, or answers for the run.
    /// </summary>
    public bool OwnsData { get; private set; }

    /// <summary>Whether a model or a source table concerns the person.</summary>
    public bool Has(string name) => IsAll || _names.Contains(name);

    /// <summary>Whether the model that a part of the digest shows does; false where the project has none.</summary>
    public bool Has(ModelCatalogue catalogue, ReportSection section) =>
        catalogue.Shown(section) is { } model && Has(model.Name);

    /// <summary>Whether a key figure does: it reads a model that does.</summary>
    public bool Has(Metric metric) => IsAll || metric.Models.Any(_names.Contains);

    /// <summary>
    /// All recipients that a project or the settings name, with what concerns them; each destination once.
    /// </summary>
    public static IReadOnlyList<DigestAudience> AllOf(Project project, Router router)
    {
        var interests = new Dictionary<Destination, DigestAudience>();
        DigestAudience Of(Recipient recipient) => interests.TryGetValue(recipient.Destination, out var known)
            ? known : interests[recipient.Destination] = new DigestAudience(recipient);
        foreach (var table in project.Catalogue.Sources)
        {
            router.Of(table.Ownership).ToList().ForEach(recipient => Of(recipient)._names.Add(table.Name));
        }
        foreach (var (model, ownership) in project.Catalogue.Models.Select(model => (model, model.Ownership))
            .Concat(project.Checks.Select(check => (check.Model, check.Ownership))))
        {
            router.Of(ownership).ToList().ForEach(recipient => Of(recipient).Add(model, project));
        }
        foreach (var subscription in router.Settings.Subscribers)
        {
            router.Reach(subscription.Person, null).ToList()
                .ForEach(recipient => Of(recipient).Add(subscription, project));
        }
        var keepers = project.Catalogue.Sources.Select(table => table.Owner ?? router.Settings.Owner)
            .Append(router.Settings.Owner).OfType<string>().Distinct()
            .SelectMany(owner => router.Reach(owner, null)).Select(recipient => recipient.Destination).ToHashSet();
        foreach (var audience in interests.Values)
        {
            audience.OwnsData = keepers.Contains(audience.Recipient.Destination);
        }
        return [.. interests.Values];
    }

    private void Add(Subscription subscription, Project project)
    {
        IsAll |= subscription.To.Count == 0;
        foreach (var model in project.Catalogue.Models
            .Where(model => subscription.To.Contains(model.Mart) || subscription.To.Contains(model.Name)))
        {
            Add(model, project);
        }
        var isStaging = subscription.To.Contains("staging");
        _names.UnionWith(project.Catalogue.Sources.Select(table => table.Name)
            .Where(name => isStaging || subscription.To.Contains(name)));
    }

    // A model, and the source tables its rows come from.
    private void Add(Model model, Project project)
    {
        _names.Add(model.Name);
        var open = new Stack<Model>([model]);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (open.TryPop(out var next))
        {
            _names.UnionWith(next.Sources);
            next.Models.Where(seen.Add).ToList().ForEach(parent => open.Push(project.Catalogue[parent]));
        }
    }
}
