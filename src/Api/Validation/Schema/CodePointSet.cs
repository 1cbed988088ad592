using System.Globalization;
using System.Text;

namespace Platform.Api.Validation.Schema;

/// <summary>
/// A character class as ECMAScript's Unicode mode means it, over code points, and its text for .NET, whose
/// expressions run over UTF-16 units: characters beyond the BMP become pairs.
/// </summary>
internal sealed class CodePointSet
{
    private const int Last = 0x10FFFF;

    private readonly List<(int From, int To)> _ranges = [];
    private readonly StringBuilder _categories = new();

    public static CodePointSet Digits => new CodePointSet().Add('0', '9');

    public static CodePointSet Word => Digits.Add('A', 'Z').Add('_', '_').Add('a', 'z');

    public static CodePointSet Spaces => new CodePointSet()
        .Add(0x09, 0x0D).Add(0x20, 0x20).Add(0xA0, 0xA0).Add(0x1680, 0x1680).Add(0x2000, 0x200A)
        .Add(0x2028, 0x2029).Add(0x202F, 0x202F).Add(0x205F, 0x205F).Add(0x3000, 0x3000).Add(0xFEFF, 0xFEFF);

    public static CodePointSet LineEnds => new CodePointSet().Add(0x0A, 0x0A).Add(0x0D, 0x0D).Add(0x2028, 0x2029);

    public bool IsEmpty => _ranges.Count == 0 && _categories.Length == 0;

    public CodePointSet Add(int from, int to)
    {
        _ranges.Add((from, to));
        return this;
    }

    public void Add(CodePointSet other)
    {
        _ranges.AddRange(other._ranges);
        _categories.Append(other._categories);
    }

    /// <summary>A general category such as Lu; .NET knows it for the BMP only.</summary>
    public void AddCategory(string name, bool negated) =>
        _categories.Append(negated ? @"\P{" : @"\p{").Append(name).Append('}');

    /// <summary>All other code points; only for sets without categories.</summary>
    public CodePointSet Complement()
    {
        var result = new CodePointSet();
        var next = 0;
        foreach (var (from, to) in _ranges.Order())
        {
            if (from > next)
            {
                result.Add(next, from - 1);
            }

            next = Math.Max(next, to + 1);
        }

        return next <= Last ? result.Add(next, Last) : result;
    }

    /// <summary>One group that matches one code point within (or, negated, outside) the set.</summary>
    public string ToRegex(bool negated)
    {
        var astral = Astral(negated ? Complement() : this).ToList();
        var inside = new StringBuilder();
        foreach (var (from, to) in _ranges.Where(range => range.From <= 0xFFFF))
        {
            inside.Append(Unit(from)).Append('-').Append(Unit(Math.Min(to, 0xFFFF)));
        }

        inside.Append(_categories);
        if (negated)
        {
            astral.Insert(0, $@"[^{inside}\uD800-\uDFFF]");
        }
        else if (inside.Length > 0)
        {
            astral.Insert(0, $"[{inside}]");
        }

        return $"(?:{string.Join('|', astral)})";
    }

    public static string Unit(int unit) => @"\u" + unit.ToString("X4", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Astral(CodePointSet set)
    {
        foreach (var range in set._ranges.Where(range => range.To > 0xFFFF))
        {
            var (from, to) = (Pair(Math.Max(range.From, 0x10000)), Pair(range.To));
            if (from.High == to.High)
            {
                yield return $"{Unit(from.High)}[{Unit(from.Low)}-{Unit(to.Low)}]";
                continue;
            }

            if (from.Low > 0xDC00)
            {
                yield return $@"{Unit(from.High++)}[{Unit(from.Low)}-\uDFFF]";
            }

            if (to.Low < 0xDFFF)
            {
                yield return $@"{Unit(to.High--)}[\uDC00-{Unit(to.Low)}]";
            }

            if (from.High <= to.High)
            {
                yield return $@"[{Unit(from.High)}-{Unit(to.High)}][\uDC00-\uDFFF]";
            }
        }
    }

    private static (int High, int Low) Pair(int codePoint) =>
        (0xD800 + ((codePoint - 0x10000) >> 10), 0xDC00 + ((codePoint - 0x10000) & 0x3FF));
}
