using Greenery.Sources;

namespace Greenery.Checks;

/// <summary>
/// The <c>config</c> of a declared check. As in dbt, its keys may be beside the arguments of the check instead.
/// </summary>
internal sealed class CheckConfig
{
    private readonly PropertyMap _map;
    private readonly PropertyMap? _config;
    private readonly bool _hasWhereArgument;

    public CheckConfig(DeclaredCheck declared)
    {
        _map = declared.Properties;
        _config = _map.Map("config");
        _hasWhereArgument = declared.Kind is "unique_where" or "not_null_where";
        foreach (var map in new[] { _map, _config }.OfType<PropertyMap>())
        {
            map.Forbid("limit", "is no key of checks here: it would change how many rows are counted; use 'error_if'.")
                .Forbid("fail_calc", "is no key of checks here: failing rows are counted.");
        }
    }

    /// <summary>Condition on the rows that are looked at; null for all.</summary>
    public string? Where => Of("where")?.Text("where");

    public bool Has(string key) => Of(key)?.Has(key) ?? false;

    public bool ReadEnabled() => Of("enabled")?.Flag("enabled", otherwise: true) ?? true;

    public IReadOnlyList<string> ReadTags() => Of("tags")?.Texts("tags") ?? [];

    public Ownership ReadOwnership(Ownership above) => Ownership.Read(Of("meta")?.Map("meta"), above);

    public Severity ReadSeverity()
    {
        var map = Of("severity");
        switch (map?.Text("severity")?.ToLowerInvariant())
        {
            case null or "error":
                return Severity.Error;
            case "warn":
                return Severity.Warn;
            default:
                map!.Refuse($"unknown severity '{map.Text("severity")}'; expected error or warn.");
                return Severity.Error;
        }
    }

    public Threshold ReadThreshold(string key)
    {
        var map = Of(key);
        if (map?.Text(key) is not { } text)
        {
            return Threshold.Any;
        }
        if (Threshold.TryParse(text, out var threshold))
        {
            return threshold;
        }
        map.Refuse($"'{key}: {text}' is no threshold; expected a comparison with a number of rows (\"> 10\") or a "
            + $"share (\"> 2.5%\", at most 100%).");
        return Threshold.Any;
    }

    /// <summary>Failing rows are kept in any case.</summary>
    public void Finish() => _config?.Allow("store_failures", "store_failures_as").Finish();

    // What config has is not asked for beside it, where it would be an unknown key.
    private PropertyMap? Of(string key)
    {
        var isBeside = _map.Keys.Contains(key) && !(key == "where" && _hasWhereArgument);
        return (_config?.Has(key) ?? false) || !isBeside ? _config : _map;
    }
}
