using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Platform.Cli.Outcomes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Platform.Cli.Documents;

/// <summary>
/// Reads one YAML document, which JSON is too, as JSON values by the core schema of YAML 1.2. Anchors, aliases and tags are refused: a short file must not mean a long one, nor name types.
/// </summary>
internal sealed class YamlReader
{
    private const int MaxDepth = 32;
    private readonly Parser _parser;

    private YamlReader(TextReader text) => _parser = new Parser(text);

    public static async Task<Outcome<JsonNode>> FileAsync(string path, Func<Stream> openInput, CancellationToken cancel)
    {
        return (await GivenFile.TextAsync(path, openInput, cancel)).Try(out var text, out var refused) ? Read(text, path) : refused;
    }

    public static Outcome<JsonNode> Read(string text, string name)
    {
        // JSON by its own rules: it has escapes and tabs that YAML reads in another way.
        if (text.AsSpan().TrimStart() is ['{' or '[', ..] && JsonText.Read(Encoding.UTF8.GetBytes(text)).Try(out var json, out _))
        {
            return json;
        }

        try
        {
            return new YamlReader(new StringReader(text)).Document() is { } node ? node : Refusal.Usage($"{name} is empty.");
        }
        catch (YamlException fault)
        {
            return Refusal.Usage(string.Create(CultureInfo.InvariantCulture, $"{name}, line {fault.Start.Line}: {fault.Message}"));
        }
    }

    private JsonNode? Document()
    {
        Next<StreamStart>();
        if (_parser.Current is StreamEnd)
        {
            return null;
        }

        Next<DocumentStart>();
        var node = Value(0);
        Next<DocumentEnd>();
        return _parser.Current is StreamEnd ? node : throw At("one document is taken, and there are more.");
    }

    private JsonNode? Value(int depth)
    {
        if (depth > MaxDepth)
        {
            throw At("it is nested too deeply.");
        }

        switch (_parser.Current)
        {
            case NodeEvent { Anchor.IsEmpty: false } or AnchorAlias:
                throw At("anchors and aliases are not taken.");
            case NodeEvent { Tag.IsEmpty: false }:
                throw At("tags are not taken.");
            case Scalar scalar:
                _parser.MoveNext();
                return scalar.Style == ScalarStyle.Plain ? Plain(scalar.Value) : JsonValue.Create(scalar.Value);
            case SequenceStart:
                _parser.MoveNext();
                return Items(depth);
            case MappingStart:
                _parser.MoveNext();
                return Members(depth);
            default:
                throw At("a value is missing.");
        }
    }

    private JsonArray Items(int depth)
    {
        var items = new JsonArray();
        while (_parser.Current is not SequenceEnd)
        {
            items.Add(Value(depth + 1));
        }

        _parser.MoveNext();
        return items;
    }

    private JsonObject Members(int depth)
    {
        var members = new JsonObject();
        while (_parser.Current is not MappingEnd)
        {
            if (_parser.Current is not Scalar { Anchor.IsEmpty: true, Tag.IsEmpty: true } name)
            {
                throw At("names are plain texts.");
            }

            if (members.ContainsKey(name.Value))
            {
                throw At("a name is there twice.");
            }

            _parser.MoveNext();
            members.Add(name.Value, Value(depth + 1));
        }

        _parser.MoveNext();
        return members;
    }

    /// <summary>YAML 1.2, 10.3.2: the words and numbers of the core schema, and no dates, octals or yes.</summary>
    private static JsonValue? Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ when char.IsAsciiDigit(text[^1]) && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var fraction) => JsonValue.Create(fraction),
        _ => JsonValue.Create(text),
    };

    private void Next<T>() where T : ParsingEvent
    {
        if (_parser.Current is null)
        {
            _parser.MoveNext();
        }

        if (_parser.Current is not T)
        {
            throw At("this is not one YAML document.");
        }

        _parser.MoveNext();
    }

    private YamlException At(string what) => new(_parser.Current?.Start ?? Mark.Empty, _parser.Current?.End ?? Mark.Empty, what);
}
