namespace Greenery.Cli.Upgrading;

/// <summary>What a version asks of those who upgrade to it.</summary>
/// <param name="Version">The version's number; null for one that is not released yet.</param>
/// <param name="Text">One sentence or more, in Markdown, on one line.</param>
internal sealed record UpgradeNote(Version? Version, string Text);
