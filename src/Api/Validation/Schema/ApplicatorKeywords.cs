namespace Platform.Api.Validation.Schema;

/// <summary>Keywords of the applicator and unevaluated vocabularies: those that hold schemas which are applied.</summary>
internal sealed class ApplicatorKeywords
{
    private readonly InPlaceRules _inPlace = new();
    private readonly ArrayRules _arrays = new();
    private readonly ObjectRules _objects = new();
    private readonly Dictionary<string, SchemaNode> _properties = new(StringComparer.Ordinal);
    private readonly List<(SchemaPattern, SchemaNode)> _patterns = [];
    private readonly List<(string Trigger, SchemaNode Schema)> _dependentSchemas = [];
    private SchemaNode? _contains;
    private SchemaNode? _unevaluatedItems;
    private SchemaNode? _unevaluatedProperties;

    public UnevaluatedRules? Unevaluated =>
        (_unevaluatedItems ?? _unevaluatedProperties) is null ? null : new UnevaluatedRules(_unevaluatedItems, _unevaluatedProperties);

    /// <summary>Null when the keyword is none of these; false when its value has the wrong form.</summary>
    public bool? Read(in SchemaKeyword keyword) => keyword.Name switch
    {
        "allOf" => keyword.Schemas(_inPlace.All.AddRange),
        "anyOf" => keyword.Schemas(list => _inPlace.Any = list),
        "oneOf" => keyword.Schemas(list => _inPlace.One = list),
        "not" => keyword.Schema(schema => _inPlace.Not = schema),
        "if" => keyword.Schema(schema => _inPlace.If = schema),
        "then" => keyword.Schema(schema => _inPlace.Then = schema),
        "else" => keyword.Schema(schema => _inPlace.Else = schema),
        "items" => keyword.Schema(schema => _arrays.Items = schema),
        "prefixItems" => keyword.Schemas(list => _arrays.PrefixItems = list),
        "contains" => keyword.Schema(schema => _contains = schema),
        "properties" => keyword.EachSchema(_properties.Add),
        "patternProperties" => ReadPatternProperties(keyword),
        "additionalProperties" => keyword.Schema(schema => _objects.Additional = schema),
        "propertyNames" => keyword.Schema(schema => _objects.PropertyNames = schema),
        "dependentSchemas" => keyword.EachSchema((name, schema) => _dependentSchemas.Add((name, schema))),
        _ => null,
    };

    public bool? ReadUnevaluated(in SchemaKeyword keyword) => keyword.Name switch
    {
        "unevaluatedItems" => keyword.Schema(schema => _unevaluatedItems = schema),
        "unevaluatedProperties" => keyword.Schema(schema => _unevaluatedProperties = schema),
        _ => null,
    };

    public InPlaceRules InPlace(CoreKeywords core)
    {
        _inPlace.All.InsertRange(0, core.References);
        _inPlace.Dynamic = [.. core.DynamicReferences];
        return _inPlace;
    }

    public ArrayRules Arrays(ValidationKeywords validation)
    {
        _arrays.MinItems = validation.MinItems;
        _arrays.MaxItems = validation.MaxItems;
        _arrays.UniqueItems = validation.UniqueItems;
        _arrays.Contains = _contains is null ? null : new ContainsRule(_contains, validation.MinContains, validation.MaxContains);
        return _arrays;
    }

    public ObjectRules Objects(ValidationKeywords validation)
    {
        var triggered = validation.DependentRequired.SelectMany(pair => pair.Names.Prepend(pair.Trigger))
            .Concat(_dependentSchemas.Select(pair => pair.Trigger));
        var tracked = validation.Required.Concat(triggered).Distinct(StringComparer.Ordinal).ToList();
        var names = tracked.Concat(_properties.Keys).Distinct(StringComparer.Ordinal).ToList();
        var positions = names.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);

        _objects.RequiredCount = validation.Required.Count;
        _objects.TrackedCount = tracked.Count;
        _objects.Names = new NameTable(names);
        _objects.Properties = [.. names.Select(name => _properties.GetValueOrDefault(name))];
        _objects.Patterns = [.. _patterns];
        _objects.DependentRequired = [.. validation.DependentRequired.Select(pair => (positions[pair.Trigger], pair.Names.Select(name => positions[name]).ToArray()))];
        _objects.DependentSchemas = [.. _dependentSchemas.Select(pair => (positions[pair.Trigger], pair.Schema))];
        _objects.MinProperties = validation.MinProperties;
        _objects.MaxProperties = validation.MaxProperties;
        return _objects;
    }

    private bool ReadPatternProperties(SchemaKeyword keyword) => keyword.EachSchema((name, schema) =>
    {
        if (keyword.Builder.Pattern(name, SchemaPointer.Append(keyword.Pointer, name)) is { } pattern)
        {
            _patterns.Add((pattern, schema));
        }
    });
}
