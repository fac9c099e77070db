using System.Globalization;
using Greenery.Sources;

namespace Greenery.Checks;

/// <summary>How far a day's number may be from what is usual; the arguments of checks that compare days.</summary>
/// <param name="Scale">What kind of number it is.</param>
/// <param name="MinChange">
/// A smaller change is never reported: of an amount, 0.5 is less than half or more than double; of a share, half of the
/// share or of the rest, whichever is less.
/// </param>
/// <param name="Days">How many days before it a day is compared with.</param>
/// <param name="Sensitivity">Standard deviations that are still usual; a larger number reports less.</param>
public sealed record UsualRange(UsualScale Scale, double MinChange, int Days, double Sensitivity)
{
    /// <summary>How many days must have passed since the first known one before anything is reported.</summary>
    public const int LearningDays = 7;

    private const double DefaultMinChange = 0.5;
    private const int DefaultDays = 28;
    private const double DefaultSensitivity = 6;

    /// <summary>Reads <c>min_change</c>, <c>days</c> and <c>sensitivity</c>.</summary>
    public static UsualRange Read(UsualScale scale, PropertyMap arguments) => new(
        scale, ReadMinChange(arguments), (int)ReadNumber(arguments, "days", DefaultDays, 14, 366, "days"),
        (double)ReadNumber(arguments, "sensitivity", (decimal)DefaultSensitivity, 1, 100, "standard deviations"));

    private static double ReadMinChange(PropertyMap arguments)
    {
        if (arguments.Text("min_change") is not { } text)
        {
            return DefaultMinChange;
        }
        if (text.EndsWith('%')
            && double.TryParse(
                text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && percent is > 0 and < 100)
        {
            return percent / 100;
        }
        arguments.Refuse($"'min_change: {text}' is no change; expected a percentage above 0% and below 100%.");
        return DefaultMinChange;
    }

    private static decimal ReadNumber(
        PropertyMap arguments, string key, decimal otherwise, int least, int most, string unit)
    {
        var number = arguments.Number(key) ?? otherwise;
        if (number >= least && number <= most && (key != "days" || decimal.IsInteger(number)))
        {
            return number;
        }
        arguments.Refuse($"'{key}: {number.ToString(CultureInfo.InvariantCulture)}' is not possible; expected "
            + $"{(key == "days" ? "a whole number" : "a number")} of {unit} from {least} to {most}.");
        return otherwise;
    }
}
