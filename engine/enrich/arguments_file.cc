// SPDX-License-Identifier: Apache-2.0
// No unit test: arguments_test has the arguments of all families.
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "engine/enrich/argument_rows.h"
#include "engine/enrich/event_members.h"
#include "engine/enrich/fields.h"

namespace vedette {
namespace {

constexpr TypeRow kTypes[] = {
    {"unlink", "res,path"},
    {"rmdir", "res,path"},
    {"unlinkat", "res,dirfd,name,flags"},
    {"rename", "res,oldpath,newpath"},
    {"renameat", "res,olddirfd,oldpath,newdirfd,newpath"},
    {"renameat2", "res,olddirfd,oldpath,newdirfd,newpath,flags"},
    {"link", "res,oldpath,newpath"},
    {"linkat", "res,olddir,oldpath,newdir,newpath,flags"},
    {"symlink", "res,target,linkpath"},
    {"symlinkat", "res,target,linkdirfd,linkpath"},
    {"mkdir", "res,path,mode"},
    {"mkdirat", "res,dirfd,path,mode"},
    {"mknod", "res,path,mode,dev"},
    {"mknodat", "res,dirfd,path,mode,dev"},
    {"chmod", "res,filename,mode"},
    {"fchmod", "res,fd,mode"},
    {"fchmodat", "res,dirfd,filename,mode"},
    {"chown", "res,path,uid,gid"},
    {"lchown", "res,path,uid,gid"},
    {"fchown", "res,fd,uid,gid"},
    {"fchownat", "res,dirfd,pathname,uid,gid,flags"},
    {"mount", "res,dev,dir,type,flags"},
    {"umount", "res,name"},
    {"umount2", "res,name,flags"},
    {"mmap", "res,vm_size,vm_rss,vm_swap,addr,length,prot,flags,fd,offset"},
    {"mmap2", "res,vm_size,vm_rss,vm_swap,addr,length,prot,flags,fd,pgoffset"},
    {"mprotect", "res,addr,length,prot"},
};

struct FlagName {
  uint64_t bits;
  absl::string_view name;
};

// Names as Falco has them, in the order of its tables: those of mounts without a prefix.
constexpr FlagName kModeBits[] = {
    {S_IXOTH, "S_IXOTH"}, {S_IWOTH, "S_IWOTH"}, {S_IROTH, "S_IROTH"}, {S_IXGRP, "S_IXGRP"},
    {S_IWGRP, "S_IWGRP"}, {S_IRGRP, "S_IRGRP"}, {S_IXUSR, "S_IXUSR"}, {S_IWUSR, "S_IWUSR"},
    {S_IRUSR, "S_IRUSR"}, {S_ISVTX, "S_ISVTX"}, {S_ISGID, "S_ISGID"}, {S_ISUID, "S_ISUID"},
};
constexpr FlagName kFileTypes[] = {
    {S_IFSOCK, "S_IFSOCK"}, {S_IFREG, "S_IFREG"}, {S_IFBLK, "S_IFBLK"},
    {S_IFCHR, "S_IFCHR"},   {S_IFIFO, "S_IFIFO"},
};
constexpr FlagName kMountFlags[] = {
    {MS_RDONLY, "RDONLY"},
    {MS_NOSUID, "NOSUID"},
    {MS_NODEV, "NODEV"},
    {MS_NOEXEC, "NOEXEC"},
    {MS_SYNCHRONOUS, "SYNCHRONOUS"},
    {MS_REMOUNT, "REMOUNT"},
    {MS_MANDLOCK, "MANDLOCK"},
    {MS_DIRSYNC, "DIRSYNC"},
    {MS_NOATIME, "NOATIME"},
    {MS_NODIRATIME, "NODIRATIME"},
    {MS_BIND, "BIND"},
    {MS_MOVE, "MOVE"},
    {MS_REC, "REC"},
    {MS_SILENT, "SILENT"},
    {MS_POSIXACL, "POSIXACL"},
    {MS_UNBINDABLE, "UNBINDABLE"},
    {MS_PRIVATE, "PRIVATE"},
    {MS_SLAVE, "SLAVE"},
    {MS_SHARED, "SHARED"},
    {MS_RELATIME, "RELATIME"},
    {MS_KERNMOUNT, "KERNMOUNT"},
    {MS_I_VERSION, "I_VERSION"},
    {MS_STRICTATIME, "STRICTATIME"},
    {MS_LAZYTIME, "LAZYTIME"},
};
constexpr FlagName kUmountFlags[] = {
    {MNT_FORCE, "FORCE"},
    {MNT_DETACH, "DETACH"},
    {MNT_EXPIRE, "EXPIRE"},
    {UMOUNT_NOFOLLOW, "NOFOLLOW"},
};
constexpr FlagName kRenameFlags[] = {
    {1, "RENAME_NOREPLACE"},
    {2, "RENAME_EXCHANGE"},
    {4, "RENAME_WHITEOUT"},
};
constexpr FlagName kUnlinkFlags[] = {{AT_REMOVEDIR, "AT_REMOVEDIR"}};
constexpr FlagName kProtections[] = {
    {PROT_READ, "PROT_READ"},
    {PROT_WRITE, "PROT_WRITE"},
    {PROT_EXEC, "PROT_EXEC"},
};
constexpr FlagName kMapFlags[] = {
    {MAP_SHARED, "MAP_SHARED"},       {MAP_PRIVATE, "MAP_PRIVATE"},
    {MAP_FIXED, "MAP_FIXED"},         {MAP_ANONYMOUS, "MAP_ANONYMOUS"},
    {MAP_NORESERVE, "MAP_NORESERVE"}, {MAP_GROWSDOWN, "MAP_GROWSDOWN"},
    {MAP_DENYWRITE, "MAP_DENYWRITE"}, {MAP_EXECUTABLE, "MAP_EXECUTABLE"},
    {MAP_LOCKED, "MAP_LOCKED"},       {MAP_POPULATE, "MAP_POPULATE"},
    {MAP_NONBLOCK, "MAP_NONBLOCK"},   {MAP_HUGETLB, "MAP_HUGETLB"},
};

template <auto& names>
absl::string_view Names(const Event& event, uint64_t number) {
  ArenaText text(event.arena);
  for (const FlagName& flag : names) {
    if ((number & flag.bits) == flag.bits) text.AppendItem("|", flag.name);
  }
  return text.view();
}

absl::string_view ModeNames(const Event& event, uint64_t number) {
  ArenaText text(event.arena);
  for (const FlagName& flag : kModeBits) {
    if ((number & flag.bits) != 0) text.AppendItem("|", flag.name);
  }
  for (const FlagName& type : kFileTypes) {
    if ((number & S_IFMT) == type.bits) text.AppendItem("|", type.name);
  }
  return text.view();
}

template <const Member* EventMembers::*member>
Value FromMember(const Event& event) {
  return ValueOf(event.view, MembersOf(event.view.kind()).*member);
}

template <const Member* EventMembers::*member>
Value TextFromMember(const Event& event) {
  return TextValue(TextOf(event.view, MembersOf(event.view.kind()).*member));
}

// A number of the kind's own.
template <typename Record, auto number>
Value NumberIn(const Event& event) {
  return Value::Unsigned(event.view.As<Record>().*number);
}

// As the record has it; what it means is the path from the root.
template <const Member* EventMembers::*member>
absl::string_view Resolved(const Event& event, uint64_t) {
  return ResolvedPath(event, TextOf(event.view, MembersOf(event.view.kind()).*member));
}

Value Type(const Event& event) {
  return TextValue(TextOf(event.view, FindMember(event.view.info(), "fs_type")));
}

// Known by what was removed, if that is known.
Value UnlinkFlags(const Event& event) {
  const auto removed = event.view.As<wire_file_unlink>();
  if (removed.mode == 0) return Value::None();
  return Value::Unsigned(S_ISDIR(removed.mode) ? AT_REMOVEDIR : 0U);
}

// Of descriptors the hooks know the file, not the number.
Value Descriptor(const Event& event) {
  const absl::string_view path = FilePath(event);
  if (path.empty()) return Value::None();
  ArenaText text(event.arena);
  text.Append("<").Append(TypeCharOf(event)).Append(">").Append(path);
  return Value::Text(text.view());
}

constexpr KindSet kUnlink = KindBit(WIRE_file_unlink);
constexpr KindSet kRename = KindBit(WIRE_file_rename);
constexpr KindSet kLink = KindBit(WIRE_file_link);
constexpr KindSet kSymlink = KindBit(WIRE_file_symlink);
constexpr KindSet kMkdir = KindBit(WIRE_file_mkdir);
constexpr KindSet kMknod = KindBit(WIRE_file_mknod);
constexpr KindSet kChmod = KindBit(WIRE_file_chmod);
constexpr KindSet kChown = KindBit(WIRE_file_chown);
constexpr KindSet kMount = KindBit(WIRE_file_mount);
constexpr KindSet kUmount = KindBit(WIRE_file_umount);
constexpr KindSet kMmap = KindBit(WIRE_file_mmap);
constexpr KindSet kMprotect = KindBit(WIRE_file_mprotect);
constexpr KindSet kWithResult = kUnlink | kRename | kLink | kSymlink | kMkdir | kMknod | kChmod |
                                kChown | kMount | kUmount | kMmap | kMprotect;

constexpr auto kPath = TextFromMember<&EventMembers::path>;
constexpr auto kNewPath = TextFromMember<&EventMembers::new_path>;
constexpr auto kResolvedPath = Resolved<&EventMembers::path>;
constexpr auto kResolvedNewPath = Resolved<&EventMembers::new_path>;

constexpr Known kKnown[] = {
    {kArgument_res, kWithResult, Look::kResult, FromMember<&EventMembers::result>},
    {kArgument_path, kUnlink | kMkdir | kMknod | kChown, Look::kText, kPath, kResolvedPath},
    {kArgument_name, kUnlink | kUmount, Look::kText, kPath, kResolvedPath},
    {kArgument_filename, kChmod, Look::kText, kPath, kResolvedPath},
    {kArgument_pathname, kChown, Look::kText, kPath, kResolvedPath},
    {kArgument_dir, kMount, Look::kText, kPath, kResolvedPath},
    {kArgument_oldpath, kRename | kLink, Look::kText, kPath, kResolvedPath},
    {kArgument_newpath, kRename | kLink, Look::kText, kNewPath, kResolvedNewPath},
    {kArgument_linkpath, kSymlink, Look::kText, kNewPath, kResolvedNewPath},
    {kArgument_target, kSymlink, Look::kText, TextFromMember<&EventMembers::target>},
    {kArgument_fd, kChmod | kChown | kMmap, Look::kText, Descriptor},
    {kArgument_mode, kMkdir, Look::kHex, NumberIn<wire_file_mkdir, &wire_file_mkdir::new_mode>},
    {kArgument_mode, kMknod, Look::kDecimal, NumberIn<wire_file_mknod, &wire_file_mknod::new_mode>,
     ModeNames},
    {kArgument_mode, kChmod, Look::kDecimal, NumberIn<wire_file_chmod, &wire_file_chmod::new_mode>,
     ModeNames},
    {kArgument_dev, kMknod, Look::kDecimal, NumberIn<wire_file_mknod, &wire_file_mknod::new_dev>},
    {kArgument_dev, kMount, Look::kText, TextFromMember<&EventMembers::source>},
    {kArgument_uid, kChown, Look::kDecimal, NumberIn<wire_file_chown, &wire_file_chown::new_uid>},
    {kArgument_gid, kChown, Look::kDecimal, NumberIn<wire_file_chown, &wire_file_chown::new_gid>},
    {kArgument_type, kMount, Look::kText, Type},
    {kArgument_flags, kUnlink, Look::kDecimal, UnlinkFlags, Names<kUnlinkFlags>},
    {kArgument_flags, kRename, Look::kDecimal,
     NumberIn<wire_file_rename, &wire_file_rename::rename_flags>, Names<kRenameFlags>},
    {kArgument_flags, kMount, Look::kDecimal,
     NumberIn<wire_file_mount, &wire_file_mount::mount_flags>, Names<kMountFlags>},
    {kArgument_flags, kUmount, Look::kDecimal,
     NumberIn<wire_file_umount, &wire_file_umount::umount_flags>, Names<kUmountFlags>},
    {kArgument_flags, kMmap, Look::kDecimal, NumberIn<wire_file_mmap, &wire_file_mmap::map_flags>,
     Names<kMapFlags>},
    {kArgument_prot, kMmap, Look::kDecimal, NumberIn<wire_file_mmap, &wire_file_mmap::prot>,
     Names<kProtections>},
    {kArgument_prot, kMprotect, Look::kDecimal,
     NumberIn<wire_file_mprotect, &wire_file_mprotect::prot>, Names<kProtections>},
    {kArgument_addr, kMprotect, Look::kHex,
     NumberIn<wire_file_mprotect, &wire_file_mprotect::address>},
    {kArgument_length, kMprotect, Look::kDecimal,
     NumberIn<wire_file_mprotect, &wire_file_mprotect::length>},
};

}  // namespace

absl::Span<const TypeRow> FileTypes() { return kTypes; }
absl::Span<const Known> FileArguments() { return kKnown; }

}  // namespace vedette
