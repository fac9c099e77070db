namespace Greenery.Reports.Lineage;

/// <summary>That one box is read by another, by their ids.</summary>
public sealed record LineageEdge(string From, string To);
