using Greenery.Models;
using Greenery.Sources;

namespace Greenery.Checks;

/// <summary>Turns the checks that property files declare into checks that can run.</summary>
public static class CheckCatalogue
{
    /// <summary>
    /// All checks, in the order of models and of their declaration; faults are added to <paramref name="diagnostics"/>.
    /// </summary>
    public static IReadOnlyList<Check> Read(
        string sqlFolder, ModelCatalogue catalogue, ICollection<Diagnostic> diagnostics,
        IReadOnlyList<Metric>? metrics = null)
    {
        var sites = catalogue.Sources.Select(source => (Site: CheckSite.Of(source), source.Checks))
            .Concat(catalogue.Models.Select(model => (Site: CheckSite.Of(model), model.Checks)));
        var checks = sites.SelectMany(x => x.Checks.Select(declared => ReadOne(x.Site, declared, catalogue)))
            .OfType<Check>()
            .Concat(QueryChecks.Read(sqlFolder, catalogue, diagnostics))
            .Concat((metrics ?? []).SelectMany(metric => ReadMetric(metric, catalogue)))
            .Select(check => CheckReferences.Resolve(check, catalogue, diagnostics))
            .ToList();
        foreach (var check in checks.Where(check =>
            check is { Source: not null, Rule: StatisticRule } && !DropMeasures.IsMeasured(check)))
        {
            diagnostics.Add(new Diagnostic(
                check.Place, $"the 'where' of check '{check.Id}' reads other tables "
                + $"({string.Join(", ", check.Reads)}); expected a condition on the row's own columns, because it is "
                + "asked while a drop is loaded."));
        }
        return WithUniqueIds(checks, diagnostics);
    }

    /// <summary>Hash of everything that decides how the checks of a catalogue judge.</summary>
    public static string Hash(IEnumerable<Check> checks) => ModelFingerprint.Hash(checks.Select(check =>
        $"{check.Id} {check.Rule} {check.Severity} {check.Where} {check.ErrorIf} {check.WarnIf}"
            + (check.Escalates ? " escalates" : "")));

    private static IEnumerable<Check> ReadMetric(Metric metric, ModelCatalogue catalogue)
    {
        foreach (var declared in metric.Checks)
        {
            if (CheckSite.Of(metric, catalogue) is not { } site)
            {
                declared.Properties.Refuse($"{metric.File} reads no model, so no run evaluates its checks; expected "
                    + "one with its mart, as readers see it.");
            }
            else if (ReadOne(site, declared, catalogue) is { } check)
            {
                yield return check;
            }
        }
    }

    private static Check? ReadOne(CheckSite site, DeclaredCheck declared, ModelCatalogue catalogue)
    {
        var map = declared.Properties;
        var config = new CheckConfig(declared);
        var arguments = map.Map("arguments");
        if (ReadRule(site, declared, config, arguments ?? map, catalogue) is not { } rule)
        {
            return null;
        }
        var check = new Check
        {
            Id = string.Join('.', new[] { site.Id, declared.Column, map.Text("name") ?? declared.Kind }
                .OfType<string>()),
            Model = site.Model,
            Source = site.Source,
            Metric = site.Metric,
            Column = declared.Column,
            Kind = declared.Kind,
            Rule = rule,
            Severity = config.ReadSeverity(),
            Where = config.Where,
            ErrorIf = config.ReadThreshold("error_if"),
            Escalates = config.Has("error_if"),
            WarnIf = config.ReadThreshold("warn_if"),
            Description = map.Text("description") ?? "",
            Ownership = config.ReadOwnership(site.Ownership),
            Tags = [.. site.Model.Tags.Concat(declared.Tags).Concat(config.ReadTags()).Distinct()],
            Place = map.Place,
        };
        if (check is { Where: not null, Rule: MetricRule or MissingDropRule })
        {
            map.Refuse($"check '{declared.Kind}' has a 'where', but looks at no row; expected none.");
        }
        var isEnabled = config.ReadEnabled();
        arguments?.Finish();
        config.Finish();
        map.Finish();
        check = CheckZone.Fill(check, catalogue.TimeZone);
        return !isEnabled ? null
            : check.Description.Length > 0 ? check : check with { Description = CheckDescriptions.Of(check) };
    }

    private static CheckRule? ReadRule(
        CheckSite site, DeclaredCheck declared, CheckConfig config, PropertyMap arguments, ModelCatalogue catalogue)
    {
        var map = declared.Properties;
        if (!CheckKinds.Known.Contains(declared.Kind))
        {
            map.Refuse($"unknown check '{declared.Kind}'; expected "
                + $"{string.Join(", ", CheckKinds.Known.Order(StringComparer.Ordinal))}."
                + Suggestion.Sentence(declared.Kind, CheckKinds.Known));
            return null;
        }
        var place = CheckKinds.Describe(site.Place);
        if (CheckKinds.Misplaced(declared.Kind, site.Place) is { } other)
        {
            map.Refuse($"check '{declared.Kind}' is set on {place} '{site.Name}'; expected it on {other}.");
            return null;
        }
        var rule = CheckKinds.Create(declared.Kind, declared.Column, new DeclaredArguments(
            arguments, config.Where is not null, catalogue, site.Metric));
        if (rule is null)
        {
            map.Refuse(declared.Column is { } column
                ? $"check '{declared.Kind}' is set under column '{column}'; expected it on the {place}."
                : $"check '{declared.Kind}' is set on {place} '{site.Name}'; expected it under a column.");
        }
        if (declared.Kind == RowCountChange.Kind && site.Model.Materialization == Materialization.View)
        {
            map.Refuse($"row_count_change is set on '{site.Name}', a view, whose rows are not counted by a run; "
                + $"expected it on a table.");
        }
        return rule;
    }

    // The first of several checks of one kind keeps the plain id; the others are distinguished by their arguments.
    private static List<Check> WithUniqueIds(List<Check> checks, ICollection<Diagnostic> diagnostics)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var said = new HashSet<string>(StringComparer.Ordinal);
        return [.. checks.Select(check =>
        {
            var words = $"{check.Rule} {check.Severity} {check.Where} {check.ErrorIf} {check.WarnIf}";
            if (!said.Add($"{check.Id} {words}"))
            {
                diagnostics.Add(new Diagnostic(
                    check.Place, $"check '{check.Id}' is declared twice in the same words; take one away."));
            }
            return taken.Add(check.Id) ? check
                : check with { Id = $"{check.Id}_{ModelFingerprint.Hash([words])[..6]}" };
        })];
    }
}
