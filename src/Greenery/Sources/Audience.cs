namespace Greenery.Sources;

/// <summary>
/// Whom a table, model or check concerns, as <c>meta</c> says: <c>{owner: data@greenery.example, subscribers: [ana@...],
/// channel: shop-team}</c>. Whether the people and channels exist is told by the settings.
/// </summary>
public sealed record Audience
{
    private static readonly string[] Keys = ["owner", "subscribers", "channel"];

    /// <summary>Nobody is named.</summary>
    public static Audience Nobody { get; } = new();

    /// <summary>Who answers for it; null when nobody is named.</summary>
    public Mention? Owner { get; init; }

    /// <summary>Who else wants to hear of it.</summary>
    public IReadOnlyList<Mention> Subscribers { get; init; } = [];

    /// <summary>Where the owner's messages about it go instead of the owner's own channels; null for those.</summary>
    public Mention? Channel { get; init; }

    /// <summary>All that are named.</summary>
    public IEnumerable<Mention> People => Subscribers.Prepend(Owner).OfType<Mention>();

    /// <summary>Reads <c>meta</c>; what it does not say is as with <paramref name="above"/>, of which it is a part.</summary>
    public static Audience Read(PropertyMap? meta, Audience? above = null)
    {
        var inherited = above ?? Nobody;
        if (meta is null)
        {
            return inherited;
        }
        // Other keys of meta are for other tools; one that is nearly ours is a slip that would leave people untold.
        foreach (var key in meta.Keys.Where(key => !Keys.Contains(key) && Suggestion.For(key, Keys) is not null))
        {
            meta.Refuse($"unknown key '{key}' in meta.{Suggestion.Sentence(key, Keys)}");
        }
        return new Audience
        {
            Owner = meta.Mention("owner") ?? inherited.Owner,
            Subscribers = [.. meta.Mentions("subscribers").Concat(inherited.Subscribers).DistinctBy(mention => mention.Name)],
            Channel = meta.Mention("channel") ?? inherited.Channel,
        };
    }
}
