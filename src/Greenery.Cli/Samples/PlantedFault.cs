namespace Greenery.Cli.Samples;

/// <summary>A row that was made bad on purpose. No other row refers to it: the rest is whole without it.</summary>
/// <param name="Path">The file, below the folder.</param>
/// <param name="Line">Its line in the (unpacked) file, from 1, the header counted.</param>
/// <param name="Words">What is wrong with it, for people.</param>
internal sealed record PlantedFault(string Path, long Line, string Words)
{
    public override string ToString() => $"{Path}:{Line}: {Words}";
}
