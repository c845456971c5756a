
define internal { double } @tree(ptr %words, i64 %start, i64 %count) nounwind {
entry:
  %v1 = icmp sle i64 %count, 128
  br i1 %v1, label %leaf2, label %split1
split1:
  %v2 = lshr i64 %count, 1
  %v3 = and i64 %v2, -8
  %v4 = call { double } @tree(ptr %words, i64 %start, i64 %v3)
  %v5 = add nsw i64 %start, %v3
  %v6 = sub nsw i64 %count, %v3
  %v7 = call { double } @tree(ptr %words, i64 %v5, i64 %v6)
  %v8 = extractvalue { double } %v4, 0
  %v9 = insertelement <1 x double> poison, double %v8, i64 0
  %v10 = shufflevector <1 x double> %v9, <1 x double> poison, <1 x i32> zeroinitializer
  %v11 = fadd <1 x double> <double 0x8000000000000000>, %v10
  %v12 = extractvalue { double } %v7, 0
  %v13 = insertelement <1 x double> poison, double %v12, i64 0
  %v14 = shufflevector <1 x double> %v13, <1 x double> poison, <1 x i32> zeroinitializer
  %v15 = fadd <1 x double> %v11, %v14
  %v16 = extractelement <1 x double> %v15, i64 0
  %v17 = insertvalue { double } poison, double %v16, 0
  ret { double } %v17
leaf2:
  %v18 = getelementptr i8, ptr %words, i64 64
  %v19 = load ptr, ptr %v18, align 8
  %v20 = getelementptr i8, ptr %words, i64 88
  %v21 = load ptr, ptr %v20, align 8
  %v22 = getelementptr i8, ptr %words, i64 72
  %v23 = load i64, ptr %v22, align 8
  %v24 = getelementptr i8, ptr %words, i64 96
  %v25 = load i64, ptr %v24, align 8
  %v26 = getelementptr i8, ptr %words, i64 80
  %v27 = load i64, ptr %v26, align 8
  %v28 = getelementptr i8, ptr %words, i64 104
  %v29 = load i64, ptr %v28, align 8
  %v30 = getelementptr i8, ptr %words, i64 16
  %v31 = load ptr, ptr %v30, align 8
  %v32 = getelementptr i8, ptr %words, i64 24
  %v33 = load ptr, ptr %v32, align 8
  %v34 = add nsw i64 %start, %count
  %v35 = and i64 %count, -8
  %v36 = add nsw i64 %start, %v35
  br label %leaf3
leaf3:
  %v37 = phi i64 [ %start, %leaf2 ], [ %v38, %leaf5 ]
  %v39 = phi <8 x double> [ <double 0x8000000000000000, double 0x8000000000000000, double 0x8000000000000000, double 0x8000000000000000, double 0x8000000000000000, double 0x8000000000000000, double 0x8000000000000000, double 0x8000000000000000>, %leaf2 ], [ %v43, %leaf5 ]
  %v44 = icmp slt i64 %v37, %v36
  br i1 %v44, label %leaf4, label %leaf6
leaf4:
  %v40 = mul nsw i64 %v37, 8
  %v41 = getelementptr i8, ptr %v19, i64 %v40
  %v42 = load <8 x double>, ptr %v41, align 8
  %v43 = fadd <8 x double> %v39, %v42
  br label %leaf5
leaf5:
  %v38 = add nsw i64 %v37, 8
  br label %leaf3
leaf6:
  %v45 = shufflevector <8 x double> %v39, <8 x double> poison, <4 x i32> <i32 0, i32 2, i32 4, i32 6>
  %v46 = shufflevector <8 x double> %v39, <8 x double> poison, <4 x i32> <i32 1, i32 3, i32 5, i32 7>
  %v47 = fadd <4 x double> %v45, %v46
  %v48 = shufflevector <4 x double> %v47, <4 x double> poison, <2 x i32> <i32 0, i32 2>
  %v49 = shufflevector <4 x double> %v47, <4 x double> poison, <2 x i32> <i32 1, i32 3>
  %v50 = fadd <2 x double> %v48, %v49
  %v51 = shufflevector <2 x double> %v50, <2 x double> poison, <1 x i32> <i32 0>
  %v52 = shufflevector <2 x double> %v50, <2 x double> poison, <1 x i32> <i32 1>
  %v53 = fadd <1 x double> %v51, %v52
  br label %rest7
rest7:
  %v54 = phi i64 [ %v36, %leaf6 ], [ %v55, %rest9 ]
  %v56 = phi <1 x double> [ %v53, %leaf6 ], [ %v60, %rest9 ]
  %v61 = icmp slt i64 %v54, %v34
  br i1 %v61, label %rest8, label %rest10
rest8:
  %v57 = mul nsw i64 %v54, 8
  %v58 = getelementptr i8, ptr %v19, i64 %v57
  %v59 = load <1 x double>, ptr %v58, align 8
  %v60 = fadd <1 x double> %v56, %v59
  br label %rest9
rest9:
  %v55 = add nsw i64 %v54, 1
  br label %rest7
rest10:
  %v62 = extractelement <1 x double> %v56, i64 0
  %v63 = insertvalue { double } poison, double %v62, 0
  ret { double } %v63
}

define void @kernel(ptr %words) nounwind {
entry:
  %v64 = getelementptr i8, ptr %words, i64 0
  %v65 = load i64, ptr %v64, align 8
  %v66 = getelementptr i8, ptr %words, i64 8
  %v67 = load i64, ptr %v66, align 8
  br label %row11
row11:
  %v68 = phi i64 [ 0, %entry ], [ %v69, %row13 ]
  %v85 = icmp slt i64 %v68, %v65
  br i1 %v85, label %row12, label %row14
row12:
  %v70 = call { double } @tree(ptr %words, i64 0, i64 %v67)
  %v71 = getelementptr i8, ptr %words, i64 88
  %v72 = load ptr, ptr %v71, align 8
  %v73 = extractvalue { double } %v70, 0
  %v74 = getelementptr i8, ptr %v72, i64 0
  store double %v73, ptr %v74, align 8
  %v75 = getelementptr i8, ptr %words, i64 64
  %v76 = load ptr, ptr %v75, align 8
  %v77 = getelementptr i8, ptr %words, i64 72
  %v78 = load i64, ptr %v77, align 8
  %v79 = getelementptr i8, ptr %v76, i64 %v78
  store ptr %v79, ptr %v75, align 8
  %v80 = getelementptr i8, ptr %words, i64 88
  %v81 = load ptr, ptr %v80, align 8
  %v82 = getelementptr i8, ptr %words, i64 96
  %v83 = load i64, ptr %v82, align 8
  %v84 = getelementptr i8, ptr %v81, i64 %v83
  store ptr %v84, ptr %v80, align 8
  br label %row13
row13:
  %v69 = add nsw i64 %v68, 1
  br label %row11
row14:
  ret void
}
