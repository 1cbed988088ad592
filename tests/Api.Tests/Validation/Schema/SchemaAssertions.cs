using System.Text;
using Platform.Api.Validation.Schema;

namespace Platform.Api.Tests.Validation.Schema;

/// <summary>Compiles and judges in one word; a schema that does not compile fails the test.</summary>
internal static class SchemaAssertions
{
    public static CompiledSchema Compile(string schema)
    {
        var compiles = SchemaCompiler.TryCompile(Encoding.UTF8.GetBytes(schema), out var compiled, out var fault);
        Assert.True(compiles, fault.ToString());
        return compiled!;
    }

    public static bool IsValid(string schema, string instance) => IsValid(schema, instance, out _);

    public static bool IsValid(string schema, string instance, out SchemaError error)
    {
        error = default;
        return Compile(schema).Validate(Encoding.UTF8.GetBytes(instance), ref error);
    }

    public static SchemaError Error(string schema, string instance)
    {
        Assert.False(IsValid(schema, instance, out var error));
        return error;
    }
}
