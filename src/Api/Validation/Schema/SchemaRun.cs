using System.Globalization;
using System.Text.Json;

namespace Platform.Api.Validation.Schema;

/// <summary>
/// One validation: its budget and its first error. A run that was aborted stays aborted, so that a "not" or an
/// "anyOf" cannot turn an exhausted budget into a pass.
/// </summary>
internal ref struct SchemaRun(ReadOnlySpan<byte> instance, int steps, byte[]? scope)
{
    /// <summary>Deep enough for real schemas over instances of depth 64; shallow enough for a thread's stack.</summary>
    public const int MaxFrames = 192;

    private const int MaxNameInPath = 64;

    private readonly ReadOnlySpan<byte> _instance = instance;
    private readonly byte[]? _scope = scope;
    private int _steps = steps;
    private int _frames;
    private int _probes;
    private string _path = "";
    private string _keyword = "";
    private string _message = "";

    /// <summary>Which children of the value at hand have been evaluated.</summary>
    public EvaluatedChildren Evaluated;

    public bool Aborted { get; private set; }

    /// <summary>The resources of the schemas being checked, outermost first; empty when the schema does not need to know.</summary>
    public readonly ReadOnlySpan<byte> Scope => _scope is null ? [] : _scope.AsSpan(0, _frames);

    public readonly SchemaError Error => _keyword.Length == 0 ? SchemaError.Malformed : new(_path, _keyword, _message);

    /// <summary>
    /// Whether a schema accepts the value, where a failure is an answer and not an error, and makes no text. What the schema
    /// evaluates counts if it accepts. False also when the run was aborted, which callers that take false for good news must look at.
    /// </summary>
    public bool Probe(SchemaNode schema, Utf8JsonReader reader)
    {
        var outer = Evaluated.Current;
        if (Aborted || !Spend(outer.Words))
        {
            return false;
        }

        var own = outer.IsActive ? Evaluated.Push(outer.Words) : default;
        _probes++;
        var passed = schema.Check(ref reader, ref this, consume: false) && !Aborted;
        _probes--;
        if (outer.IsActive)
        {
            if (passed)
            {
                Evaluated.AddAll(outer, own);
            }

            Evaluated.Pop(own, outer);
        }
        else
        {
            Evaluated.Current = default;
        }

        return passed;
    }

    /// <summary>Begins to check a schema of a resource.</summary>
    public bool Enter(int resource)
    {
        if (++_frames > MaxFrames)
        {
            return Abort("must not nest so deeply for its schema");
        }

        if (_scope is not null)
        {
            _scope[_frames - 1] = (byte)resource;
        }

        return Spend(1);
    }

    public void Leave() => _frames--;

    public bool Spend(int steps)
    {
        _steps -= steps;
        return _steps >= 0 || Abort("takes too many steps to check");
    }

    /// <summary>Work that is linear in bytes but fast, as skipping and comparing text.</summary>
    public bool SpendBytes(long bytes) => Spend((int)Math.Min(bytes >> 6, int.MaxValue / 2));

    public bool Abort(string message)
    {
        // Nothing passes from here on, and repeated spending must not wrap around.
        _steps = -1;
        if (!Aborted)
        {
            Aborted = true;
            (_path, _keyword, _message) = ("", SchemaError.Budget, message);
        }

        return false;
    }

    /// <summary>A number longer than we read exactly; the guard has refused it in requests.</summary>
    public bool AbortLongNumber() => Abort("must write its numbers shorter");

    /// <summary>Notes the first error and answers false; "{0}" in the message becomes <paramref name="bound"/>.</summary>
    public bool Fail(string keyword, string message, string bound = "")
    {
        if (_probes == 0 && !Aborted)
        {
            (_path, _keyword, _message) = ("", keyword, message.Replace("{0}", bound, StringComparison.Ordinal));
        }

        return false;
    }

    public bool Fail(string keyword, string message, int bound) =>
        _probes == 0 && Fail(keyword, message, bound.ToString(CultureInfo.InvariantCulture));

    /// <summary>Puts an array index in front of the error's path.</summary>
    public bool At(int index)
    {
        if (_probes == 0)
        {
            _path = "/" + index.ToString(CultureInfo.InvariantCulture) + _path;
        }

        return false;
    }

    /// <summary>Puts the property name whose token starts at <paramref name="start"/> in front of the error's path.</summary>
    public bool AtName(long start)
    {
        if (_probes == 0)
        {
            var name = ReaderAt(start).GetString()!;
            var cut = name.Length <= MaxNameInPath ? name : string.Concat(name.AsSpan(0, MaxNameInPath), "…");
            _path = "/" + cut.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal) + _path;
        }

        return false;
    }

    /// <summary>A reader that stands on the value which starts at <paramref name="start"/>; it must not read past that value's end.</summary>
    public readonly Utf8JsonReader ReaderAt(long start)
    {
        var reader = new Utf8JsonReader(_instance[(int)start..]);
        reader.Read();
        return reader;
    }

    /// <summary>Passes over the value the reader stands on.</summary>
    public bool Skip(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return Spend(1);
        }

        var start = reader.TokenStartIndex;
        reader.Skip();
        return Spend(1) && SpendBytes(reader.TokenStartIndex - start);
    }
}
