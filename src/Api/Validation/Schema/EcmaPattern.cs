using System.Globalization;
using System.Text;

namespace Platform.Api.Validation.Schema;

/// <summary>
/// Translates a regular expression of ECMA-262 (Unicode mode, no flags), which JSON Schema speaks, into .NET's. Constructs
/// that mean something else there, or need backtracking, are refused. Known difference: \b knows .NET's word characters.
/// </summary>
internal sealed class EcmaPattern
{
    /// <summary>Characters and classes after unrolling repetitions, which nest and then multiply.</summary>
    private const int MaxPositions = 1_000;

    /// <summary>
    /// The same without written-out literals, where a match can be under way in many places at once: the automaton's
    /// states are then sets of positions.
    /// </summary>
    private const int MaxWanderingPositions = 250;

    private readonly string _source;
    private readonly StringBuilder _output = new();
    private readonly Stack<long> _outer = new();
    private long _positions;
    private long _lastAtom;
    private int _at;
    private int _literals;
    private bool _wanders;
    private string? _fault;

    private EcmaPattern(string source)
    {
        _source = source;
        _wanders = !source.StartsWith('^');
    }

    /// <param name="source">The expression as registered.</param>
    /// <param name="translated">The expression for .NET.</param>
    /// <param name="positions">Its size when repetitions are written out: what one character of a text may cost.</param>
    /// <param name="reason">Why it is refused.</param>
    public static bool TryTranslate(string source, out string translated, out int positions, out string reason)
    {
        var pattern = new EcmaPattern(source);
        while (pattern._fault is null && pattern._at < source.Length)
        {
            pattern.Next();
        }

        if (pattern._wanders && pattern._positions - pattern._literals > MaxWanderingPositions)
        {
            pattern.Refuse("a pattern that is not anchored by ^, or uses |, * or +, is too large once its repetitions are written out");
        }

        translated = pattern._output.ToString();
        positions = (int)Math.Min(pattern._positions, MaxPositions);
        reason = pattern._fault ?? "";
        return pattern._fault is null;
    }

    private void Next()
    {
        var c = _source[_at++];
        switch (c)
        {
            case '.':
                Atom(CodePointSet.LineEnds.ToRegex(negated: true));
                return;
            case '$':
                // .NET's $ also matches before a last line feed.
                _output.Append(@"\z");
                return;
            case '(':
                Group();
                return;
            case '[':
                Class();
                return;
            case '\\':
                Escape();
                return;
            case '{':
                Quantifier();
                return;
            case ')':
                _lastAtom = _positions;
                _positions += _outer.TryPop(out var before) ? before : 0;
                _output.Append(c);
                return;
            case '^' or '|' or '*' or '+' or '?':
                _wanders |= c is '|' or '*' or '+';
                _output.Append(c);
                return;
            default:
                Literal(CodePoint(c));
                return;
        }
    }

    private void Group()
    {
        _outer.Push(_positions);
        _positions = 0;
        _output.Append("(?:");
        if (!Take('?') || Take(':'))
        {
            return;
        }

        var end = _source.IndexOf('>', _at);
        if (!Take('<') || end <= _at || !_source[_at..end].All(char.IsAsciiLetterOrDigit))
        {
            Refuse("a pattern uses a group that is not (…), (?:…) or (?<name>…)");
            return;
        }

        _at = end + 1;
    }

    private void Quantifier()
    {
        var end = _source.IndexOf('}', _at);
        var bounds = end < 0 ? [] : _source[_at..end].Split(',');
        if (bounds.Length is not (1 or 2) || bounds[0].Length == 0 || !bounds.All(bound => bound.All(char.IsAsciiDigit)))
        {
            Literal('{');
            return;
        }

        _wanders |= bounds[^1].Length == 0;
        var most = bounds[^1].Length > 0 ? bounds[^1] : bounds[0];
        if (most.Length > 4)
        {
            Refuse("a pattern repeats too much");
            return;
        }

        _lastAtom *= Math.Max(int.Parse(most, CultureInfo.InvariantCulture) - 1, 0);
        Grow(_lastAtom);
        _output.Append('{').Append(_source, _at, end - _at).Append('}');
        _at = end + 1;
    }

    private void Escape()
    {
        if (_at < _source.Length && _source[_at] is 'b' or 'B')
        {
            _output.Append('\\').Append(_source[_at++]);
            return;
        }

        var set = new CodePointSet();
        if (TrySetEscape(set))
        {
            Atom(set.ToRegex(negated: false));
            return;
        }

        Literal(CharacterEscape());
    }

    private void Class()
    {
        var negated = Take('^');
        var set = new CodePointSet();
        while (_fault is null && !Take(']'))
        {
            if (_at == _source.Length)
            {
                Refuse("a pattern has a class without an end");
                return;
            }

            ClassItem(set);
        }

        if (set.IsEmpty && !negated)
        {
            Refuse("a pattern has an empty class");
            return;
        }

        Atom(set.ToRegex(negated));
    }

    private void ClassItem(CodePointSet set)
    {
        var escaped = Take('\\');
        if (escaped && TrySetEscape(set))
        {
            if (StartsRange())
            {
                Refuse("a pattern has a range that begins with a class");
            }

            return;
        }

        var from = ClassCharacter(escaped);
        var to = from;
        if (StartsRange())
        {
            _at++;
            to = ClassCharacter(Take('\\'));
        }

        if (to < from)
        {
            Refuse("a pattern has a range out of order");
            return;
        }

        set.Add(from, to);
    }

    private bool StartsRange() => _at + 1 < _source.Length && _source[_at] == '-' && _source[_at + 1] != ']';

    private int ClassCharacter(bool escaped)
    {
        if (!escaped)
        {
            return CodePoint(_source[_at++]);
        }

        return Take('b') ? '\b' : CharacterEscape();
    }

    /// <summary>\d, \w, \s, \p{…} and their opposites.</summary>
    private bool TrySetEscape(CodePointSet set)
    {
        var kind = _at < _source.Length ? _source[_at] : '\0';
        var known = kind switch
        {
            'd' or 'D' => CodePointSet.Digits,
            'w' or 'W' => CodePointSet.Word,
            's' or 'S' => CodePointSet.Spaces,
            _ => null,
        };
        if (known is not null)
        {
            _at++;
            set.Add(char.IsAsciiLetterUpper(kind) ? known.Complement() : known);
            return true;
        }

        if (kind is not ('p' or 'P'))
        {
            return false;
        }

        var end = _source.IndexOf('}', _at);
        var name = end > _at + 2 && _source[_at + 1] == '{' ? _source[(_at + 2)..end] : "";
        if (UnicodeCategories.ShortName(name) is not { } category)
        {
            Refuse("a pattern uses a property other than a general category such as \\p{L}");
            return true;
        }

        set.AddCategory(category, kind == 'P');
        _at = end + 1;
        return true;
    }

    /// <summary>The code point of an escape; the backslash is behind us.</summary>
    private int CharacterEscape()
    {
        if (_at == _source.Length)
        {
            return Refuse("a pattern ends in a backslash");
        }

        var c = _source[_at++];
        switch (c)
        {
            case 't':
                return '\t';
            case 'n':
                return '\n';
            case 'v':
                return '\v';
            case 'f':
                return '\f';
            case 'r':
                return '\r';
            case '0' when _at == _source.Length || !char.IsAsciiDigit(_source[_at]):
                return 0;
            case 'c' when _at < _source.Length && char.IsAsciiLetter(_source[_at]):
                return _source[_at++] & 0x1F;
            case 'x':
                return Hex(2);
            case 'u' when Take('{'):
                var end = _source.IndexOf('}', _at);
                var wide = end > _at && end - _at <= 6 ? Hex(end - _at) : Refuse("a pattern has an invalid escape");
                return Take('}') && wide <= 0x10FFFF ? wide : Refuse("a pattern has an invalid escape");
            case 'u':
                return Surrogates(Hex(4));
            default:
                return char.IsAsciiLetterOrDigit(c) || c > 0x7F
                    ? Refuse("a pattern uses a back reference or an escape that ECMAScript does not define")
                    : c;
        }
    }

    private int Surrogates(int unit)
    {
        if (unit is < 0xD800 or > 0xDFFF)
        {
            return unit;
        }

        return unit <= 0xDBFF && Take('\\') && Take('u') && Hex(4) is >= 0xDC00 and <= 0xDFFF and var low
            ? char.ConvertToUtf32((char)unit, (char)low)
            : Refuse("a pattern has half a surrogate pair");
    }

    private int Hex(int length)
    {
        if (_at + length > _source.Length
            || !int.TryParse(_source.AsSpan(_at, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return Refuse("a pattern has an invalid escape");
        }

        _at += length;
        return value;
    }

    /// <summary>The code point that begins with a unit just read.</summary>
    private int CodePoint(char unit)
    {
        if (!char.IsSurrogate(unit))
        {
            return unit;
        }

        return char.IsHighSurrogate(unit) && _at < _source.Length && char.IsLowSurrogate(_source[_at])
            ? char.ConvertToUtf32(unit, _source[_at++])
            : Refuse("a pattern has half a surrogate pair");
    }

    private void Literal(int codePoint)
    {
        var text = new StringBuilder();
        foreach (var unit in char.ConvertFromUtf32(codePoint))
        {
            text.Append(char.IsAsciiLetterOrDigit(unit) ? unit.ToString() : CodePointSet.Unit(unit));
        }

        _literals++;
        Atom(codePoint > 0xFFFF ? $"(?:{text})" : text.ToString());
    }

    private void Atom(string text)
    {
        _output.Append(text);
        _lastAtom = 1;
        Grow(1);
    }

    private void Grow(long positions)
    {
        _positions += positions;
        if (_positions + _outer.Sum() > MaxPositions)
        {
            Refuse("a pattern is too large once its repetitions are written out");
        }
    }

    private bool Take(char expected)
    {
        if (_at >= _source.Length || _source[_at] != expected)
        {
            return false;
        }

        _at++;
        return true;
    }

    private int Refuse(string reason)
    {
        _fault ??= reason;
        return 0;
    }
}
