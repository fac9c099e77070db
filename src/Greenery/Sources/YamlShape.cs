using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Greenery.Sources;

/// <summary>
/// Looks through a property file for what no property file needs and what would exhaust the stack of the process that
/// makes a tree of it: endless nesting, keys that are lists or mappings, and aliases inside of what they stand for.
/// </summary>
internal static class YamlShape
{
    /// <summary>The lists and mappings that may be inside of each other; files of dbt have ten at most.</summary>
    public const int MostLevels = 64;

    /// <summary>The first fault, with its line; null when there is none.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="name">How messages call it.</param>
    /// <exception cref="YamlException">It is no YAML.</exception>
    public static Diagnostic? FirstFault(string text, string name)
    {
        using var reader = new StringReader(text);
        var parser = new Parser(reader);
        var open = new Stack<Level>();
        while (parser.MoveNext())
        {
            if (Fault(parser.Current!, open) is { } fault)
            {
                return new Diagnostic($"{name}:{parser.Current!.Start.Line}", fault);
            }
        }
        return null;
    }

    private static string? Fault(ParsingEvent happened, Stack<Level> open)
    {
        if (happened is MappingEnd or SequenceEnd)
        {
            open.Pop();
            return null;
        }
        return happened is AnchorAlias or NodeEvent ? NodeFault(happened, open) : null;
    }

    private static string? NodeFault(ParsingEvent node, Stack<Level> open)
    {
        if (open.TryPeek(out var level) && level.TakesKey() && node is not Scalar)
        {
            return $"has {Kind(node)} where a key is expected; write a name.";
        }
        if (node is AnchorAlias alias && open.Any(each => each.Anchor == alias.Value))
        {
            return $"has the alias *{alias.Value} inside of what it stands for, which has no end; write out what is "
                + "meant.";
        }
        if (node is not (MappingStart or SequenceStart))
        {
            return null;
        }
        open.Push(new Level(node is MappingStart, ((NodeEvent)node).Anchor));
        return open.Count > MostLevels
            ? $"has lists and mappings inside of each other, more than {MostLevels} deep; expected a few levels. Is a "
            + "bracket missing?"
            : null;
    }

    private static string Kind(ParsingEvent node) => node switch
    {
        AnchorAlias => "an alias",
        SequenceStart => "a list",
        _ => "a mapping",
    };

    /// <summary>A list or mapping that has begun and not ended.</summary>
    private sealed class Level(bool isMapping, AnchorName anchor)
    {
        private bool _isKeyNext;

        public AnchorName Anchor { get; } = anchor;

        /// <summary>Whether the node that comes is a key; of a mapping every other one is, from the first on.</summary>
        public bool TakesKey()
        {
            _isKeyNext = isMapping && !_isKeyNext;
            return _isKeyNext;
        }
    }
}
