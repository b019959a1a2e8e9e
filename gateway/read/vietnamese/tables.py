"""Tables: document types with their words, letters and labels (Decree 30/2020 Appendix III)."""

from __future__ import annotations

TYPE_WORDS: dict[str, tuple[str, ...]] = {
    "nghi_quyet": ("nghị quyết",),
    "quyet_dinh": ("quyết định",),
    "chi_thi": ("chỉ thị",),
    "quy_che": ("quy chế",),
    "quy_dinh": ("quy định",),
    "thong_cao": ("thông cáo",),
    "thong_bao": ("thông báo",),
    "huong_dan": ("hướng dẫn",),
    "chuong_trinh": ("chương trình",),
    "ke_hoach": ("kế hoạch",),
    "phuong_an": ("phương án",),
    "de_an": ("đề án",),
    "du_an": ("dự án",),
    "bao_cao": ("báo cáo",),
    "bien_ban": ("biên bản",),
    "to_trinh": ("tờ trình",),
    "hop_dong": ("hợp đồng",),
    "cong_van": ("công văn", "văn bản số", "vb số"),
    "cong_dien": ("công điện",),
    "ban_ghi_nho": ("bản ghi nhớ",),
    "ban_thoa_thuan": ("bản thỏa thuận", "thỏa thuận"),
    "giay_uy_quyen": ("giấy ủy quyền",),
    "giay_moi": ("giấy mời", "thư mời"),
    "giay_gioi_thieu": ("giấy giới thiệu",),
    "giay_nghi_phep": ("giấy nghỉ phép",),
    "phieu_gui": ("phiếu gửi",),
    "phieu_chuyen": ("phiếu chuyển",),
    "phieu_bao": ("phiếu báo",),
    "thu_cong": ("thư công",),
    "ban_sao": ("sao y", "sao lục", "trích sao", "bản sao", "bản trích sao"),
    "nghi_dinh": ("nghị định",),
    "thong_tu": ("thông tư",),
    "luat": ("luật",),
    "phap_lenh": ("pháp lệnh",),
    "lenh": ("lệnh",),
    "lich_lam_viec": ("lịch làm việc", "lịch công tác", "lịch tuần", "lịch họp tuần"),
    "tai_lieu_hop": (
        "tài liệu phục vụ họp", "tài liệu phục vụ cuộc họp", "tài liệu phục vụ hội nghị", "tài liệu phục vụ kỳ họp",
        "tài liệu phục vụ phiên họp", "tài liệu phục vụ buổi họp", "tài liệu họp", "tài liệu cuộc họp",
        "tài liệu hội nghị", "tài liệu kỳ họp", "tài liệu phiên họp", "tài liệu bổ sung", "tài liệu hội thảo",
        "hồ sơ trình tại cuộc họp", "hồ sơ trình tại kỳ họp", "hồ sơ trình tại phiên họp", "hồ sơ trình kỳ họp",
        "tài liệu phục vụ hội thảo", "tài liệu dự họp", "tài liệu bổ sung phục vụ họp",
    ),
    "dang_ky_hop": ("đăng ký lịch họp", "đăng ký phòng họp", "đăng ký họp", "mượn phòng họp", "đăng ký mượn phòng họp"),
    "phieu_trinh": ("phiếu trình", "hồ sơ trình"),
}  # fmt: skip
"""Label to words; a longer word wins over a shorter one at the same place."""

TYPE_LETTERS: dict[str, str] = {
    "NQ": "nghi_quyet", "QĐ": "quyet_dinh", "QD": "quyet_dinh", "CT": "chi_thi", "QC": "quy_che", "QyĐ": "quy_dinh",
    "QyD": "quy_dinh", "TC": "thong_cao", "TB": "thong_bao", "HD": "huong_dan", "CTr": "chuong_trinh",
    "KH": "ke_hoach", "PA": "phuong_an", "ĐA": "de_an", "DA": "du_an", "BC": "bao_cao", "BB": "bien_ban",
    "TTr": "to_trinh", "HĐ": "hop_dong", "CV": "cong_van", "CĐ": "cong_dien", "CD": "cong_dien", "BGN": "ban_ghi_nho",
    "GN": "ban_ghi_nho", "BTT": "ban_thoa_thuan", "TTh": "ban_thoa_thuan", "GUQ": "giay_uy_quyen",
    "UQ": "giay_uy_quyen", "GM": "giay_moi", "TM": "giay_moi", "GGT": "giay_gioi_thieu", "GNP": "giay_nghi_phep",
    "NP": "giay_nghi_phep", "PG": "phieu_gui", "PC": "phieu_chuyen", "PB": "phieu_bao", "SY": "ban_sao",
    "SL": "ban_sao", "TrS": "ban_sao", "PTr": "phieu_trinh", "LLV": "lich_lam_viec", "LCT": "lich_lam_viec",
    "KHLN": "ke_hoach", "KHLT": "ke_hoach", "KHPH": "ke_hoach", "HDLN": "huong_dan", "HDLT": "huong_dan",
    "QCPH": "quy_che", "CTrPH": "chuong_trinh", "NQLT": "nghi_quyet", "TBLT": "thong_bao",
}  # fmt: skip
"""Letters of the first notation group to label; letters of before 2020, and of joint documents, included."""

LETTERS_BY_LOWER = {letters.lower(): letters for letters in TYPE_LETTERS} | {"ttg": "TTg", "ttgcp": "TTgCP"}
"""Spelling of type letters found in lower case (`66/ttr-ubnd`)."""

YEAR_LETTERS: dict[str, str] = {
    "NĐ": "nghi_dinh",
    "ND": "nghi_dinh",
    "TT": "thong_tu",
    "TTLT": "thong_tu",
    "PL": "phap_lenh",
    "L": "lenh",
}
"""Letters that name a type only behind a year group (`30/2020/NĐ-CP`)."""

NEUTRAL_LETTERS = frozenset({"KL", "GP", "GPXD", "GPMT", "GCN", "GXN", "BA", "HS", "DS", "TTLT"})
"""First groups that are neither an agency nor a type of the table."""

COMMON_ISSUERS = ("VPUBND", "UBND", "HĐND", "UBMTTQ", "MTTQ", "BCĐ", "HĐBC")
"""Letters of issuers every territory has: they tell type and issuer apart where the hyphen between them was lost."""

LEADING_LETTERS = frozenset(
    {
        "NQ",
        "QĐ",
        "QD",
        "TB",
        "CTr",
        "KH",
        "PA",
        "ĐA",
        "BC",
        "BB",
        "TTr",
        "HD",
        "CĐ",
        "CV",
        "VB",
        "GM",
        "GUQ",
        "GGT",
        "PTr",
        "GNP",
    }
)
"""Letters accepted as a type word before plain words; the others collide with units and ordinary words."""

INSTRUMENT_WORDS = tuple(word for words in TYPE_WORDS.values() for word in words)
"""Every type word, for places where any type may stand."""

SECRET_NOUNS = (
    "van ban", "tai lieu", "cong van", "bao cao", "ho so", "phu luc", "vb", "cv", "ke hoach", "to trinh", "cong dien",
    "giay moi", "thong bao", "quyet dinh", "phieu gui", "phieu chuyen", "phieu trinh", "bien ban", "de an",
    "phuong an", "nghi quyet", "chi thi", "du thao", "chuong trinh", "ban do", "du an", "huong dan",
)  # fmt: skip
"""ASCII keys of the nouns of a document that a level may follow directly."""

NOUNS = "|".join(noun.replace(" ", " {1,3}") for noun in SECRET_NOUNS)
"""The same as alternatives of an expression."""

ORGANISATIONS = (
    "ubnd|uy ban|hdnd|hoi dong|so|bo|cuc|chi cuc|tong cuc|phong|ban|van phong|trung tam|truong|benh vien|thanh tra"
    "|cong an|kho bac|bao hiem|toa an|vien"
)
"""ASCII keys, as alternatives of an expression, of the words that begin an organisation's name in a head
(Decree 30/2020 Appendix I, II.2)."""

ENCLOSURE_NOUNS = (
    "du thao", "phu luc", "danh sach", "danh muc", "bieu mau", "bieu so", "bieu", "bang", "mau", "ho so", "tai lieu",
    "file", "tep", "van ban", "ban ve", "ban do", "ban sao", "ban scan", "ban dich", "ban tong hop", "ban mo ta",
    "ban ke", "ban cam ket", "ban giai trinh", "so do",
    "thuyet minh", "lich", "phieu", "don(?! vi)", "giay", "ly lich", "hinh anh", "anh", "noi dung", "so lieu",
    "de cuong", "quy trinh", "du toan", "du tru", "ket qua", "chung tu", "hoa don", "slide", "tom tat", "kich ban",
    "thong tin",
    "y kien", "chi tiet", "cv", "vb", "tham luan", "giay to", "minh chung", "bao gia",
)  # fmt: skip
"""ASCII keys, as expressions, of the words that begin what people enclose, beside the types of documents."""

CITING_VERBS = "can cu|thuc hien|theo|tiep theo|phuc dap|tra loi|trien khai|quan triet|chap hanh|tai|thi hanh"
"""ASCII keys, as alternatives of an expression, of what is done about a document that is cited."""
