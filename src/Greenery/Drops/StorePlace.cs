namespace Greenery.Drops;

/// <summary>Where a store is, for messages.</summary>
/// <param name="Description">The container's address without credentials.</param>
/// <param name="Setting">The setting that names it; null for the local services' storage, which none does.</param>
internal sealed record StorePlace(string Description, string? Setting)
{
    /// <summary>What to do: about the setting, if there is one.</summary>
    public string Advise(Func<string, string> ofSetting) => Setting is { } setting
        ? ofSetting(setting)
        : "It is the local Azurite, which is started again by the next command, and by 'greenery serve' within "
            + "seconds; its log is services/azurite.log in the folder of the local data.";

    public override string ToString() => Description;
}
