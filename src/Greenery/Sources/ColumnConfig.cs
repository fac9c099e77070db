namespace Greenery.Sources;

/// <summary>
/// What columns of sources and models share: <c>meta</c> and <c>tags</c>, which dbt has under <c>config</c> as well.
/// </summary>
/// <param name="Config">The column's <c>config</c>; null when it has none.</param>
/// <param name="IsPersonal"><c>meta: {pii: ...}</c>; null when it says nothing.</param>
/// <param name="Tags">Words by which its checks are found.</param>
internal sealed record ColumnConfig(PropertyMap? Config, bool? IsPersonal, IReadOnlyList<string> Tags)
{
    /// <summary>Reads them; of a model's column, that is all that its config has.</summary>
    public static ColumnConfig Read(PropertyMap map, bool hasMore = false)
    {
        var config = map.Map("config");
        var meta = new[] { map.Map("meta"), config?.Map("meta") }.OfType<PropertyMap>()
            .FirstOrDefault(meta => meta.Has("pii"));
        var column = new ColumnConfig(
            config, meta?.Flag("pii"), [.. map.Texts("tags").Concat(config?.Texts("tags") ?? []).Distinct()]);
        if (!hasMore)
        {
            config?.Finish();
        }
        return column;
    }
}
