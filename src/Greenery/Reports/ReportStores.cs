using Greenery.Drops;

namespace Greenery.Reports;

/// <summary>Opens the store that pages are kept in: beside the drops, unless the settings name another place.</summary>
public static class ReportStores
{
    /// <summary>The folder or container beside the drops'.</summary>
    public const string Name = "reports";

    private const string Setting = GreenerySettingsReader.ReportsSetting;

    /// <param name="drops">Setting <c>Greenery:Drops</c>, or its substitute.</param>
    /// <param name="container">Setting <c>Greenery:DropsContainer</c>, for a connection string only.</param>
    /// <param name="reports">Setting <c>Greenery:Reports</c>: a folder, a container's address or a storage connection
    /// string (then container <c>reports</c>). Null: for a folder of drops the folder <c>reports</c> beside it, for a
    /// container the container <c>reports</c> of the same account.</param>
    /// <param name="dropsSetting">What names the drops; null for the local services' storage.</param>
    /// <exception cref="ConfigurationException">It is none of these, or it is the drops' own place.</exception>
    public static IDropStore Open(
        string drops, string? container, string? reports, string? dropsSetting = DropStores.UsualSetting)
    {
        var dropStore = DropStores.Open(drops, container);
        var store = DropStores.Open(reports ?? Beside(drops), Name, reports is null ? dropsSetting : Setting);
        return store.Description != dropStore.Description
            ? store
            : throw new ConfigurationException(
            Setting, $"is {store.Description}, where the drops are; expected another folder or container, "
                + "so that no page is taken for a drop.");
    }

    /// <summary>As <see cref="Open"/>; a mistake in the reports' own settings is the store's, at its use.</summary>
    /// <exception cref="ConfigurationException">The drops' setting is wrong.</exception>
    public static IDropStore OpenOrUnusable(string drops, GreenerySettings settings, string? dropsSetting)
    {
        // A page in the wrong folder could take another installation's place.
        if (settings.Faults.FirstOrDefault(fault => GreenerySettings.IsOfPages(fault.Place)) is { } fault)
        {
            return new UnusableStore(fault);
        }
        try
        {
            return Open(drops, settings.DropsContainer, settings.Reports, dropsSetting);
        }
        catch (ConfigurationException exception) when (exception.Diagnostics.All(wrong => wrong.Place == Setting))
        {
            return new UnusableStore(exception.Diagnostics[0]);
        }
    }

    /// <summary>What is wrong with <c>Greenery:Reports</c>, as far as the settings tell.</summary>
    public static IReadOnlyList<Diagnostic> Verify(GreenerySettings settings)
    {
        if (settings.Reports is null)
        {
            return [];
        }
        try
        {
            _ = settings.Drops is null
                ? DropStores.Open(settings.Reports, Name, Setting)
                : Open(settings.Drops, settings.DropsContainer, settings.Reports);
            return [];
        }
        catch (ConfigurationException exception)
        {
            return [.. exception.Diagnostics.Where(wrong => wrong.Place == Setting)];
        }
    }

    private static string Beside(string drops)
    {
        if (Uri.TryCreate(drops, UriKind.Absolute, out var address) && address.Scheme is "https" or "http")
        {
            return new Uri(address, $"/{Name}").ToString();
        }
        return DropStores.IsConnectionString(drops) ? drops : Path.GetFullPath(Path.Combine(drops, "..", Name));
    }
}
