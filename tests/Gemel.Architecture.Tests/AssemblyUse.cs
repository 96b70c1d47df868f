using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Gemel.Architecture.Tests;

/// <summary>What a compiled assembly uses of others, read from its metadata without loading it.</summary>
/// <param name="Assemblies">Simple names.</param>
/// <param name="Types">Full names.</param>
/// <param name="Members">Full name of the type, a dot, name of the member; only of types of other assemblies.</param>
internal sealed record AssemblyUse(IReadOnlySet<string> Assemblies, IReadOnlySet<string> Types, IReadOnlySet<string> Members)
{
    public static AssemblyUse Read(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        MetadataReader reader = file.GetMetadataReader();
        return new AssemblyUse(
            reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name)).ToHashSet(),
            reader.TypeReferences.Select(handle => NameOf(reader, handle)).ToHashSet(),
            reader.MemberReferences.Select(reader.GetMemberReference)
                .Where(member => member.Parent.Kind == HandleKind.TypeReference)
                .Select(member => $"{NameOf(reader, (TypeReferenceHandle)member.Parent)}.{reader.GetString(member.Name)}")
                .ToHashSet());
    }

    private static string NameOf(MetadataReader reader, TypeReferenceHandle handle)
    {
        TypeReference type = reader.GetTypeReference(handle);
        return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
    }
}
