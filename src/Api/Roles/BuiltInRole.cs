namespace Platform.Api.Roles;

/// <summary>A role that every tenant has.</summary>
internal sealed record BuiltInRole(string Name, string[] Grants);
