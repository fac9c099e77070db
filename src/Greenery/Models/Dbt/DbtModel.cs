namespace Greenery.Models.Dbt;

/// <summary>A model of dbt, and how it is configured here.</summary>
/// <param name="File">Its file.</param>
/// <param name="Sql">Its select.</param>
/// <param name="OfFolder">How <c>dbt_project.yml</c> materializes its folder; null when it does not say.</param>
/// <param name="ReadsSources">Whether it reads seeds or source tables.</param>
internal sealed record DbtModel(DbtFile File, DbtSql Sql, string? OfFolder, bool ReadsSources)
{
    /// <summary>The keys of its <c>config</c>, with values as JSON; a table is what a model is by default.</summary>
    /// <param name="inProperties">What its property file says of <c>materialized</c>; null for nothing.</param>
    /// <param name="left">Takes what is not as it was.</param>
    public IReadOnlyDictionary<string, string> Settings(string? inProperties, ICollection<Diagnostic> left)
    {
        var settings = Sql.Config.Where(setting => setting.Key == "tags")
            .ToDictionary(setting => setting.Key, setting => setting.Value);
        // As in dbt, the file wins over its properties, these over the folder, and a view is the default.
        var said = Sql.Config.GetValueOrDefault("materialized")?.Trim('"') ?? inProperties ?? OfFolder ?? "view";
        var isView = said is "view" or "ephemeral" && !ReadsSources;
        if (isView || inProperties is not null)
        {
            settings["materialized"] = isView ? "view" : "table";
        }
        if (!isView && said != "table")
        {
            left.Add(new Diagnostic(File.Place, said is "view" or "ephemeral"
                ? $"this {said} over source tables is a table here, or readers would see rows before they are checked."
                : $"'materialized: {said}' was left out: it is a table here, built in full; see 'Models by key'."));
        }
        return settings;
    }
}
