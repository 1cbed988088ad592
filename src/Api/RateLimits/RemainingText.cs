using System.Globalization;

namespace Platform.Api.RateLimits;

/// <summary>
/// Texts such as <c>"key";r=57</c>, each made once: a request allocates none. From 100 on only the first two digits are told and the rest is rounded down, so
/// that there are a few hundred texts, whatever the limit is.
/// </summary>
internal sealed class RemainingText(string name)
{
    private const int Exact = 100;
    private const int Decades = 8;

    private readonly string?[] _texts = new string?[Exact + (Decades * 90)];

    public string For(int permits)
    {
        var (index, value) = Round(permits);
        return _texts[index] ??= string.Create(CultureInfo.InvariantCulture, $"\"{name}\";r={value}");
    }

    private static (int Index, int Value) Round(int permits)
    {
        if (permits < Exact)
        {
            return (Math.Max(permits, 0), Math.Max(permits, 0));
        }

        var (decade, step) = (0, 10);
        for (; permits / step >= Exact; step *= 10)
        {
            decade++;
        }

        var leading = permits / step;
        return (Exact + (decade * 90) + leading - 10, leading * step);
    }
}
