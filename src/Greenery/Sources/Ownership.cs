namespace Greenery.Sources;

/// <summary>
/// Whom a table, model or check concerns, as <c>meta</c> says: <c>{owner: data@greenery.example, subscribers:
/// [ana@...], channel: shop-team}</c>. The settings define which people and channels exist.
/// </summary>
public sealed record Ownership
{
    private static readonly string[] Keys = ["owner", "subscribers", "channel"];

    /// <summary>Without owner, subscribers and channel.</summary>
    public static Ownership None { get; } = new();

    /// <summary>Who answers for it; null when no owner is named.</summary>
    public SourceReference? Owner { get; init; }

    /// <summary>Who else wants to hear of it.</summary>
    public IReadOnlyList<SourceReference> Subscribers { get; init; } = [];

    /// <summary>Where the owner's messages about it go instead of the owner's own channels; null for those.</summary>
    public SourceReference? Channel { get; init; }

    /// <summary>All that are named.</summary>
    public IEnumerable<SourceReference> People => Subscribers.Prepend(Owner).OfType<SourceReference>();

    /// <summary>
    /// Reads <c>meta</c>; what it does not say is as with <paramref name="above"/>, of which it is a part.
    /// </summary>
    public static Ownership Read(PropertyMap? meta, Ownership? above = null)
    {
        var inherited = above ?? None;
        if (meta is null)
        {
            return inherited;
        }
        // A slip would leave people without messages.
        meta.RefuseSlips("meta", Keys);
        return new Ownership
        {
            Owner = meta.Reference("owner") ?? inherited.Owner,
            Subscribers = [.. meta.References("subscribers").Concat(inherited.Subscribers)
                .DistinctBy(reference => reference.Name)],
            Channel = meta.Reference("channel") ?? inherited.Channel,
        };
    }
}
